SRC-netsniff := main.c options.c job.c inputs.c formats.c run.c
