namespace AbsBuildTasks.Jobs;

/// <summary>Which variables of the environment a worker, and so model code, does not see.</summary>
/// <remarks>
/// Those that hold what builds need and searches do not: credentials of the remote cache, of package feeds and of collectors of telemetry, and the
/// tokens that build servers give to each job. All else stays, as a model's code may rely on it: where CUDA, libraries,
/// proxies and data are, how many threads to take. A list of what is let through would forget some of that.
/// </remarks>
internal static class WorkerEnvironment
{
    private static readonly string[] Prefixes =
    [
        "ABS_REMOTE_CACHE_",
        "NuGetPackageSourceCredentials_",
        "CI_JOB_JWT",
    ];

    private static readonly string[] Names =
    [
        // Package feeds.
        "VSS_NUGET_ACCESSTOKEN",
        "VSS_NUGET_EXTERNAL_FEED_ENDPOINTS",
        "ARTIFACTS_CREDENTIALPROVIDER_ACCESSTOKEN",
        "ARTIFACTS_CREDENTIALPROVIDER_EXTERNAL_FEED_ENDPOINTS",
        "ARTIFACTS_CREDENTIALPROVIDER_FEED_ENDPOINTS",
        "NUGET_API_KEY",

        // A collector of telemetry, whose keys are in them.
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "OTEL_EXPORTER_OTLP_METRICS_HEADERS",

        // GitHub Actions, Azure Pipelines, GitLab.
        "ACTIONS_RUNTIME_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "SYSTEM_ACCESSTOKEN",
        "CI_JOB_TOKEN",
        "CI_REGISTRY_PASSWORD",
        "CI_DEPLOY_PASSWORD",
        "CI_DEPENDENCY_PROXY_PASSWORD",
        "CI_REPOSITORY_URL",
    ];

    /// <summary>Removes them.</summary>
    public static void Clear(IDictionary<string, string?> variables)
    {
        foreach (var name in variables.Keys.Where(IsSecret).ToArray())
        {
            variables.Remove(name);
        }
    }

    private static bool IsSecret(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) || Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
