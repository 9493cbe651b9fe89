namespace Build.Tests.Harness;

/// <summary>A test on a real Slurm that takes long: it runs only where a variable of the environment says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongSlurmFactAttribute : FactAttribute
{
    /// <summary>Skips the test where it is not asked for, or cannot run.</summary>
    /// <param name="variable">The variable; its value is the test's.</param>
    public LongSlurmFactAttribute(string variable)
    {
        Variable = variable;
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)) || !SlurmCluster.IsInstalled)
        {
            Skip = $"Set {variable} (docs/testing.md); needs Slurm.";
        }
    }

    /// <summary>The variable.</summary>
    public string Variable { get; }
}
