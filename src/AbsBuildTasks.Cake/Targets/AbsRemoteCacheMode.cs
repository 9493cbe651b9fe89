namespace AbsBuildTasks.Cake.Targets;

/// <summary>What a build does with the shared cache.</summary>
public enum AbsRemoteCacheMode
{
    /// <summary>Takes plans from it, and stores those it searched.</summary>
    ReadWrite,

    /// <summary>Takes plans from it: for builds of code that is not trusted.</summary>
    ReadOnly,
}
