using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.State;

/// <summary>
/// Where searches for a model's plan keep their state in case they are interrupted: <c>abs/checkpoints/&lt;model&gt;/&lt;fingerprint&gt;/</c>.
/// </summary>
/// <remarks>What cannot be removed now, because it is in use for example, is removed before the next search.</remarks>
internal sealed class CheckpointFolder(string stateDirectory, string model, string lockId = "")
{
    private readonly string _folder = Path.Combine(stateDirectory, "checkpoints", model);

    /// <summary>The folder of one search, whether it exists or not.</summary>
    public string Of(string fingerprint) => Path.Combine(_folder, ModelState.FolderName(fingerprint, lockId));

    /// <summary>Removes what searches for other plans have left.</summary>
    /// <param name="fingerprints">Those of the plans that count.</param>
    public void RemoveOthers(params IEnumerable<string> fingerprints)
    {
        if (Directory.Exists(_folder))
        {
            var counting = new HashSet<string>(fingerprints.Select(Of), StringComparer.Ordinal);
            foreach (var other in Directory.GetDirectories(_folder).Where(folder => !counting.Contains(folder)))
            {
                Remove(other);
            }
        }
    }

    /// <summary>Removes what the search for a plan has left, now that the plan is there.</summary>
    public void RemoveThat(string fingerprint)
    {
        if (Directory.Exists(Of(fingerprint)))
        {
            Remove(Of(fingerprint));
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            // Another build may be searching there.
            if (FolderLock.TryTake(folder, TimeSpan.Zero) is { } taken)
            {
                taken.Dispose();
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // As the remark says.
        }
    }
}
