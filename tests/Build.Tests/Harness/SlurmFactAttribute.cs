namespace Build.Tests.Harness;

/// <summary>A test on a real Slurm; skipped where it is not installed.</summary>
public sealed class SlurmFactAttribute : FactAttribute
{
    public SlurmFactAttribute()
    {
        if (!SlurmCluster.IsInstalled)
        {
            Skip = "needs Slurm (slurm-wlm, slurm-client, munge)";
        }
    }
}
