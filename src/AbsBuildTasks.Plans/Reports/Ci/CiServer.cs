namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>Where a build's summary is shown.</summary>
internal enum CiServer
{
    /// <summary>Nowhere that is known.</summary>
    None,

    /// <summary>GitHub Actions: the step's summary, a file that it names; annotations by a command in the output.</summary>
    GitHub,

    /// <summary>Azure Pipelines: a file that a command in the output names; annotations by another.</summary>
    Azure,

    /// <summary>GitLab: files among the job's artifacts.</summary>
    GitLab,
}
