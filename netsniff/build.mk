SRC-netsniff := main.c options.c job.c inputs.c formats.c run.c replay.c replay_file.c replay_report.c replay_cmd.c
