using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AbsBuildTasks.Followers.OpenTelemetry;
using AbsBuildTasks.Followers.TensorBoard;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Followers;

/// <summary>Programs of other makers that are told how one search goes. None of them can make it fail.</summary>
internal sealed class SearchFollowers : IDisposable
{
    private readonly List<(Action<BuildEvent> Tell, IDisposable End)> _followers = [];

    /// <summary>Opens those that are asked for.</summary>
    /// <param name="tensorBoard">Full path of the folder that TensorBoard is given; null for none.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="state">The folder in which the search keeps its state.</param>
    /// <param name="warn">Told a code and a line where one of them cannot be told.</param>
    public SearchFollowers(string? tensorBoard, string model, string state, Action<string, string> warn)
    {
        if (tensorBoard is not null)
        {
            var run = TensorBoardRun.Open(tensorBoard, model, state, warn);
            _followers.Add((run.Tell, run));
        }

        // Its library is part of .NET. .NET Framework, on which Visual Studio's own MSBuild runs, does not have it.
        if (!RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal))
        {
            AddTelemetry(model, Path.GetFileName(state), warn);
        }
    }

    /// <summary>Tells them.</summary>
    public void Tell(BuildEvent buildEvent)
    {
        foreach (var (tell, _) in _followers)
        {
            tell(buildEvent);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, end) in _followers)
        {
            end.Dispose();
        }
    }

    // Not inlined: only here the library is asked for.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddTelemetry(string model, string search, Action<string, string> warn)
    {
        var telemetry = new SearchTelemetry(model, search, Environment.GetEnvironmentVariable, warn);
        _followers.Add((telemetry.Tell, telemetry));
    }
}
