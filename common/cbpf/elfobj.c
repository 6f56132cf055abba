// SPDX-License-Identifier: GPL-2.0-or-later
/* elfobj - see elfobj.h. */
#include "cbpf/elfobj.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/bytes.h"

enum { S_NULL, S_PROG, S_LICENSE, S_CLASSIC, S_SYMTAB, S_STRTAB, N_SECTIONS };

/* Begins section 's' at the end of 'out', aligned to 8 bytes. */
static void begin(struct str *out, size_t start, Elf64_Shdr *s)
{
	while ((out->len - start) % 8)
		str_addc(out, '\0');
	s->sh_offset = out->len - start;
	s->sh_addralign = 8;
}

static void end(const struct str *out, size_t start, Elf64_Shdr *s)
{
	s->sh_size = out->len - start - s->sh_offset;
}

static void add_section(struct str *out, size_t start, Elf64_Shdr *s, const void *data, size_t n)
{
	begin(out, start, s);
	str_add_n(out, data, n);
	end(out, start, s);
}

/* Index of 'name' in the string table 'names', to which it is added. */
static uint32_t string(struct str *names, const char *name)
{
	uint32_t at = names->len;

	str_add_n(names, name, strlen(name) + 1);
	return at;
}

void elfobj_add(struct str *out, const char *section, const char *name,
		const struct bpf_insn *insns, unsigned int n, const struct sock_fprog *classic)
{
	AUTO(str_free) struct str names = { 0 };
	Elf64_Shdr s[N_SECTIONS] = { 0 };
	Elf64_Ehdr h = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
				      EV_CURRENT },
			 .e_type = ET_REL,
			 .e_machine = EM_BPF,
			 .e_version = EV_CURRENT,
			 .e_ehsize = sizeof(h),
			 .e_shentsize = sizeof(s[0]),
			 .e_shnum = N_SECTIONS,
			 .e_shstrndx = S_STRTAB };
	Elf64_Sym syms[3] = { 0 };
	size_t start = out->len;

	str_addc(&names, '\0');
	syms[1] = (Elf64_Sym){ .st_name = string(&names, name),
			       .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			       .st_shndx = S_PROG,
			       .st_size = n * sizeof(insns[0]) };
	syms[2] = (Elf64_Sym){ .st_name = string(&names, "_license"),
			       .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT),
			       .st_shndx = S_LICENSE,
			       .st_size = sizeof("GPL") };
	s[S_PROG] = (Elf64_Shdr){ .sh_name = string(&names, section),
				  .sh_type = SHT_PROGBITS,
				  .sh_flags = SHF_ALLOC | SHF_EXECINSTR };
	s[S_LICENSE] = (Elf64_Shdr){ .sh_name = string(&names, "license"),
				     .sh_type = SHT_PROGBITS,
				     .sh_flags = SHF_ALLOC | SHF_WRITE };
	s[S_CLASSIC] =
		(Elf64_Shdr){ .sh_name = string(&names, ELFOBJ_CLASSIC), .sh_type = SHT_PROGBITS };
	s[S_SYMTAB] = (Elf64_Shdr){ .sh_name = string(&names, ".symtab"),
				    .sh_type = SHT_SYMTAB,
				    .sh_link = S_STRTAB,
				    .sh_info = 1,
				    .sh_entsize = sizeof(syms[0]) };
	s[S_STRTAB] = (Elf64_Shdr){ .sh_name = string(&names, ".strtab"), .sh_type = SHT_STRTAB };

	str_add_n(out, (const char *)&h, sizeof(h));
	add_section(out, start, &s[S_PROG], insns, n * sizeof(insns[0]));
	add_section(out, start, &s[S_LICENSE], "GPL", sizeof("GPL"));
	add_section(out, start, &s[S_CLASSIC], classic->filter,
		    classic->len * sizeof(classic->filter[0]));
	add_section(out, start, &s[S_SYMTAB], syms, sizeof(syms));
	add_section(out, start, &s[S_STRTAB], str_text(&names), names.len);
	while ((out->len - start) % 8)
		str_addc(out, '\0');
	h.e_shoff = out->len - start;
	str_add_n(out, (const char *)s, sizeof(s));
	out->failed |= names.failed;
	if (!out->failed)
		memcpy(out->p + start, &h, sizeof(h));
}

/* Section 'i' of the object, or false. */
static bool section_at(const uint8_t *data, size_t n, const Elf64_Ehdr *h, unsigned int i,
		       Elf64_Shdr *ret)
{
	if (i >= h->e_shnum || h->e_shentsize != sizeof(*ret) || h->e_shoff > n ||
	    (n - h->e_shoff) / sizeof(*ret) <= i)
		return false;
	memcpy(ret, data + h->e_shoff + i * sizeof(*ret), sizeof(*ret));
	return ret->sh_type == SHT_NULL || ret->sh_type == SHT_NOBITS ||
	       (ret->sh_offset <= n && ret->sh_size <= n - ret->sh_offset);
}

int elfobj_find(const uint8_t *data, size_t n_bytes, const char *section, const uint8_t **ret_p,
		size_t *ret_bytes)
{
	size_t n_name = strlen(section) + 1;
	Elf64_Shdr names, s;
	Elf64_Ehdr h;

	if (n_bytes < sizeof(h))
		return -ENOENT;
	memcpy(&h, data, sizeof(h));
	if (memcmp(h.e_ident, ELFMAG, SELFMAG) || h.e_ident[EI_CLASS] != ELFCLASS64 ||
	    h.e_ident[EI_DATA] != ELFDATA2LSB ||
	    !section_at(data, n_bytes, &h, h.e_shstrndx, &names) || names.sh_type != SHT_STRTAB)
		return -ENOENT;
	for (unsigned int i = 1; section_at(data, n_bytes, &h, i, &s); i++) {
		if (s.sh_type != SHT_PROGBITS || s.sh_name >= names.sh_size ||
		    names.sh_size - s.sh_name < n_name ||
		    memcmp(data + names.sh_offset + s.sh_name, section, n_name))
			continue;
		*ret_p = data + s.sh_offset;
		*ret_bytes = s.sh_size;
		return 0;
	}
	return -ENOENT;
}
