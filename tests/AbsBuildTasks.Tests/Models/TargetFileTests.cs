using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Targets;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Models;

public sealed class TargetFileTests : IDisposable
{
    private const string Text = """
        {
          "schemaVersion": 1,
          "name": "mcu",
          "pairs": ["8/8", "4/8"]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_path_is_one_from_the_projects_folder()
    {
        _ = _folder.Write("targets/mcu.json", "\uFEFF" + Text);
        var model = Read("targets/mcu.json");

        Assert.Equal(new Target { Name = "mcu", Pairs = [new(4, 8), new(8, 8)] }, model.Settings.DeployTarget);
        Assert.Equal(("targets/mcu.json", _folder.File("targets/mcu.json")), (model.TargetSource!.Name, model.TargetSource.FullPath));
    }

    [Fact]
    public void A_name_of_a_target_wins_over_a_file()
    {
        _ = _folder.Write("w4a8", Text);
        var model = Read("w4a8");

        Assert.Equal("w4a8", model.Settings.DeployTarget.Name);
        Assert.Null(model.TargetSource);
    }

    [Fact]
    public void A_file_that_is_no_target_is_an_error_at_its_line()
    {
        _ = _folder.Write("mcu.json", Text.Replace("4/8", "1/8", StringComparison.Ordinal));
        var error = Assert.Throws<AbsException>(() => Read("mcu.json"));

        Assert.Equal(AbsCodes.InvalidTarget, error.Code);
        Assert.Equal((_folder.File("mcu.json"), 4), (error.Place!.File, error.Place.Line));
        Assert.StartsWith("AbsModel 'digits': pairs has '1/8', which is no pair; ", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_is_not_read()
    {
        _ = _folder.Write("mcu.json", Text + new string(' ', TargetJson.MaxLength));

        Assert.EndsWith("mcu.json: AbsModel 'digits': a target of more than 64 KiB is not read; give just the properties that docs/targets.md lists.", Assert.Throws<AbsException>(() => Read("mcu.json")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mcu.json")]
    [InlineData("../mcu.json")]
    public void A_path_without_a_file_is_refused_with_the_names_there_are(string path) => Assert.Equal(
        $"AbsModel 'digits': DeployTarget=\"{path}\" is neither a target (any, onnxruntime-cpu, npu-int8 or w4a8) nor a file in the project's folder; correct the name or the path.",
        Assert.Throws<AbsException>(() => Read(path)).Message);

    [Fact]
    public void What_contradicts_it_is_refused_with_the_item()
    {
        _ = _folder.Write("mcu.json", Text);

        Assert.Equal(
            "AbsModel 'digits': Bits=\"2;4;8;16\": DeployTarget=\"mcu\" has no weights or inputs of 2 bits; it runs 4/8, 8/8. Leave 2 out.",
            Assert.Throws<AbsException>(() => Read("mcu.json", ("Bits", "2;4;8;16"))).Message);
    }

    public void Dispose() => _folder.Dispose();

    private ModelItem Read(string target, params (string Name, string Value)[] metadata)
    {
        var item = new TaskItem("digits");
        foreach (var (name, value) in metadata.Append(("Budget", "bops=5%")).Append(("DeployTarget", target)))
        {
            item.SetMetadata(name, value);
        }

        return Assert.Single(ModelItem.ReadAll([item], _folder.Path, []));
    }
}
