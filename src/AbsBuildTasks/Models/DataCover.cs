using System.Globalization;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Models;

/// <summary>How data files take part in fingerprints: by content, or where that is much to read, by length and time.</summary>
internal sealed class DataCover
{
    private const string Auto = "auto";
    private const string Content = "content";
    private const string Manifest = "manifest";
    private const string DefaultLimit = "2GB";

    private readonly string _mode;
    private readonly long _limit;

    /// <summary>Reads the properties.</summary>
    /// <param name="mode"><c>AbsDataFingerprint</c>; empty for <c>auto</c>.</param>
    /// <param name="limit"><c>AbsDataHashLimit</c>, above which <c>auto</c> does not read a model's files; empty for 2 GB.</param>
    /// <exception cref="AbsException">ABS1005: no such word or size.</exception>
    public DataCover(string mode, string limit)
    {
        _mode = mode.Length == 0 ? Auto : Word("AbsDataFingerprint", mode);
        _limit = ByteSize.Parse("AbsDataHashLimit", limit.Length == 0 ? DefaultLimit : limit);
    }

    /// <summary>Checks an item's <c>DataFingerprint</c>.</summary>
    /// <exception cref="AbsException">ABS1005: no such word.</exception>
    public static string? Own(string? word) => word is null ? null : Word("DataFingerprint", word);

    /// <summary>What stands for the content of a file: its length and the time of its last change.</summary>
    /// <exception cref="FileNotFoundException">It has gone.</exception>
    public static string Stamp(InputFile file)
    {
        var state = FileState.Of(file.FullPath);
        return state.Length >= 0
            ? string.Format(CultureInfo.InvariantCulture, "{0} bytes of {1:O}", state.Length, state.Written)
            : throw new FileNotFoundException($"Data file '{file.Name}' has gone.");
    }

    /// <summary>Whether lengths and times stand for the content of a model's files.</summary>
    public bool IsManifest(ModelItem model) => (model.DataFingerprint ?? _mode) switch
    {
        Content => false,
        Manifest => true,
        _ => Length(model) > _limit,
    };

    /// <summary>Says in one line that content does not count.</summary>
    public static string Note(ModelItem model) =>
        $"abs: {model.Name}: its data files ({ShortCount.Bytes(Length(model))}) count by name, length and time, not by content; DataFingerprint=\"content\" has them read";

    private static string Word(string name, string value) => Choice.Of(name, value, Auto, Content, Manifest);

    private static long Length(ModelItem model) => model.DataFiles.Sum(file => FileState.Of(file.FullPath).Length);
}
