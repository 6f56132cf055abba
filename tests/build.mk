# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that only tests and benchmarks run: build/bench/NAME from tests/bench/NAME/.
BENCH_TOOLS := sender verify farend compile
SRC-tests/bench/sender := main.c live.c mmsg.c frame.c meter.c pace.c
LIB-tests/bench/sender := -lbpf
SRC-tests/bench/farend := main.c
SRC-tests/bench/verify := main.c walk.c tally.c
SRC-tests/bench/compile := main.c
BENCH_TOOLS += clients
SRC-tests/bench/clients := main.c
OF-clients := curvetun
EXTRA-ebpf_target_test := -lbpf
EXTRA-jsonw_test := -ljansson
EXTRA-sandbox_test := -luring
# Tests of a program's own files.
OF-curve_noise_test := curvetun
OF-curve_session_test := curvetun
OF-curve_core_test := curvetun
OF-livegen_test := trafgen
OF-plan_test := trafgen
OF-script_fuzz := trafgen
OF-astrace_probe_test := astrace
OF-astrace_answer_fuzz := astrace
OF-astrace_sweep_test := astrace
OF-curve_cut_test := curvetun
OF-curve_fuzz := curvetun
OF-ifpps_test := ifpps
OF-ifpps_queues_test := ifpps
OF-ifpps_fuzz := ifpps
OF-flow_ct_test := flowtop
OF-flow_ct_fuzz := flowtop
OF-astrace_paths_test := astrace
OF-astrace_cycles_test := astrace
OF-astrace_diff_test := astrace
OF-flow_record_test := flowtop
OF-astrace_diff_fuzz := astrace
