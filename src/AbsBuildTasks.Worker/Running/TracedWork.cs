using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Worker.Running;

/// <summary>Tells which work runs where TorchSharp tells of its native calls.</summary>
internal static class TracedWork
{
    /// <summary>Whether this is such work: the export of a network, and a search for a target that quantises sums, whose fine-tuning rounds there, too.</summary>
    /// <param name="arguments">This process's.</param>
    public static bool Is(string[] arguments) => arguments switch
    {
        [ExportRequest.Verb, _] => true,
        [TimingRequest.Verb or ProfileRequest.Verb, _] => false,
        [JobFolder.Verb, var file, _] => QuantizesSums(file),
        [var file] => QuantizesSums(file),
        _ => false,
    };

    private static bool QuantizesSums(string requestFile)
    {
        try
        {
            return SearchRequestJson.Read(File.ReadAllText(requestFile)).Settings.DeployTarget.QuantizesSums;
        }
#pragma warning disable CA1031 // The work itself reads the request again, and says what is wrong.
        catch
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
