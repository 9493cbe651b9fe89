using System.Reflection;
using AbsBuildTasks.Cake.Targets;
using AbsBuildTasks.Frosting;
using Cake.Common;
using Cake.Core;
using Cake.Core.IO;
using Cake.Frosting;

namespace Build.Host;

/// <summary>What the tasks share: the arguments, and the sample as the model project of the AbsBuildTasks tasks.</summary>
public sealed class BuildContext : FrostingContext, IAbsContext
{
    public BuildContext(ICakeContext context)
        : base(context)
    {
        Environment.WorkingDirectory = typeof(BuildContext).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepositoryRoot")
            .Value!;
        BuildConfiguration = this.Argument("configuration", "Debug");
    }

    /// <summary>Gets the configuration to build: <c>Debug</c> unless an argument says otherwise.</summary>
    public string BuildConfiguration { get; }

    public IEnumerable<FilePath> ModelProjects => ["samples/Digits"];

    public AbsVerifyPlansSettings VerifySettings => new()
    {
        Configuration = BuildConfiguration,
        CacheDirectory = this.Argument("plan-cache", "") is { Length: > 0 } folder ? folder : null,
    };
}
