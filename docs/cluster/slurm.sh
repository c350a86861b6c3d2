#!/bin/bash
#SBATCH --job-name=gridplan
#SBATCH --ntasks=17
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4G
#SBATCH --time=04:00:00
# One scheduler and sixteen workers; DISTRICTS, a folder or list, and OUT lie on storage that all nodes see.
# sbatch --export=ALL,DISTRICTS=/data/districts,OUT=/data/out docs/cluster/slurm.sh
# A job that ends before the batch does is handed in again: what is finished never runs twice.
set -euo pipefail
: "${DISTRICTS:?a folder of district folders, or a list}" "${OUT:?a folder for the results}"
# A task may cost one worker and is then given to another; the library's own number is three.
export DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=1
file="$OUT/scheduler.json"
mkdir -p "$OUT"
rm -f "$file"
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT

srun --ntasks=1 --exclusive dask scheduler --scheduler-file "$file" --no-dashboard &
until [ -s "$file" ]; do kill -0 $!; sleep 1; done
srun --ntasks="$((SLURM_NTASKS - 1))" --exclusive \
    dask worker --scheduler-file "$file" --nthreads 1 --memory-limit 4GB --no-dashboard &

address=$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["address"])' "$file")
gridplan batch "$DISTRICTS" --out "$OUT" --scheduler "$address"
