#!/bin/bash
#SBATCH --job-name=gridplan
#SBATCH --ntasks=17
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4G
#SBATCH --time=04:00:00
# One scheduler and sixteen workers; DISTRICTS, SCENARIOS and OUT lie on storage that all nodes see.
# sbatch --export=DISTRICTS=/data/districts,OUT=/data/out docs/cluster/slurm.sh
set -euo pipefail
: "${DISTRICTS:?a folder of district folders}" "${OUT:?a folder for the results}"
file="$OUT/scheduler.json"
mkdir -p "$OUT"
rm -f "$file"

srun --ntasks=1 --exclusive dask scheduler --scheduler-file "$file" --no-dashboard &
until [ -s "$file" ]; do sleep 1; done
srun --ntasks="$((SLURM_NTASKS - 1))" --exclusive \
    dask worker --scheduler-file "$file" --nthreads 1 --memory-limit 4GB --no-dashboard &

address=$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["address"])' "$file")
gridplan batch "$DISTRICTS" --out "$OUT" --scheduler "$address"
