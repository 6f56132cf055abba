// SPDX-License-Identifier: GPL-2.0-or-later
/* exprnames - names in filter expressions as this machine knows them: the resolver, services(5),
 * protocols(5), networks(5), ethers(5). Asked before a sandbox is entered. */
#ifndef SYS_EXPRNAMES_H
#define SYS_EXPRNAMES_H

#include "cbpf/expr.h"

/* The callbacks for struct expr_env. They hold no state and live for ever. */
const struct expr_names *exprnames_system(void);

#endif
