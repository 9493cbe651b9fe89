using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Tests.Shared;

/// <summary>Texts among which there is another value than the default for every setting, and one that it must refuse.</summary>
internal static class SettingTexts
{
    public static readonly string[] All =
    [
        "true", "false", "-1", "-0.001", "0", "0.5", "0.9", "1", "1.5", "2", "65", "2147483648", "1e-320", "1e300", "NaN", "Infinity", "-Infinity", "0,5",
        "Symmetric", "unit", "Layer", "filter", "Threshold", "logit", "Adam", "SGD", "EqualSteps", "astrained", "cosine", "constant", "steps:1,2", "steps:2,1",
        "bops=3%", "bops=0%", "bops=1%|size=2KB;drop=1", "*:4/4", "*:64/4", "*:*/4", "*:*/*", "4;8", "1;8", "2;3", "=", "w4a8", "NPU-int8",
    ];

    /// <summary>Settings whose budget alone is said.</summary>
    public static SearchSettings Default { get; } = new() { Budget = Budget.Parse("bops=5%") };

    /// <summary>The default with another value of one setting.</summary>
    public static SearchSettings Another(Setting setting) => Others(setting)[0];

    /// <summary>The default with each other value that the setting takes.</summary>
    public static SearchSettings[] Others(Setting setting) =>
        [.. All.Select(text => TryParse(setting, text)).OfType<SearchSettings>().Where(settings => setting.Write(settings) != setting.Write(Default))];

    /// <summary>Those that the setting refuses.</summary>
    public static IEnumerable<string> Refused(Setting setting) => All.Where(text => TryParse(setting, text) is null);

    private static SearchSettings? TryParse(Setting setting, string text)
    {
        try
        {
            return setting.Parse(Default, text).Validated();
        }
        catch (AbsException)
        {
            return null;
        }
    }
}
