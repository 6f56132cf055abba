SRC-netsniff := main.c options.c job.c inputs.c formats.c filterfile.c keep.c source_file.c print.c \
                sink_file.c copy.c run.c replay.c replay_file.c replay_report.c replay_cmd.c
