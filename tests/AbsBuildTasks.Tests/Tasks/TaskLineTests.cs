using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>What tasks print, whatever names and addresses are in it.</summary>
public sealed class TaskLineTests
{
    private const string Order = "\n##vso[task.setvariable variable=x]y";

    private readonly RecordingTask _task = new();

    private IEnumerable<string?> Texts =>
    [
        .. _task.Errors.SelectMany(error => new[] { error.File, error.Message }),
        .. _task.Warnings.SelectMany(warning => new[] { warning.File, warning.Message }),
        .. _task.Messages,
    ];

    [Theory]
    [InlineData(Order)]
    [InlineData("\r##[error]x")]
    [InlineData("\u2028::error::x")]
    [InlineData("##vso[task.x]")]
    public void A_files_name_gives_no_orders_to_a_build_server(string name)
    {
        var file = $"/AbsPlans/{name}.plan.verified.json";
        _task.LogError("ABS4001", file, $"a {file}", 1, 2);
        _task.LogError(new AbsException("ABS4003", new SourcePlace(file, 1, 2), $"a {file}"));
        _task.LogError(new AbsException("ABS1008", $"a {file}"));
        _task.LogWarning("ABS4009", $"a {file}", file);
        _task.Print($"abs: accepted as {file}");
        _task.PrintLines($"abs: {name.Trim()}");

        Assert.Equal(10, Texts.Count());
        Assert.All(Texts, text =>
        {
            Assert.DoesNotContain("##", text, StringComparison.Ordinal);
            Assert.DoesNotContain(text!, character => char.IsControl(character) || character == '\u2028');
        });
    }

    [Fact]
    public void A_place_stays_one_that_editors_find()
    {
        _task.LogError("ABS4001", @"C:\a\b.plan.verified.json", "x", 1, 2);

        Assert.Equal(@"C:\a\b.plan.verified.json", _task.Errors[0].File);
    }

    [Fact]
    public void A_command_for_a_build_server_is_printed_as_it_is()
    {
        var command = new CiAnnotation(name => name == "TF_BUILD" ? "True" : null).Publish("P.a", new("ABS4001", $"/a{Order}", 1, 2, "x"))!;

        _task.PrintCommand(command);

        Assert.Equal([command], _task.Messages);
        Assert.StartsWith("##vso[task.logissue type=error;", command, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_an_address_is_not_shown()
    {
        const string Text = "via http://me:secret@proxy:3128/ failed";
        _task.LogError("ABS1008", "P.csproj", Text);
        _task.LogError(new AbsException("ABS2004", Text));
        _task.LogWarning("ABS5006", Text);
        _task.Print(Text);
        _task.PrintLines(Text);
        _task.PrintOutput(Text);

        Assert.Equal(6, Texts.Count(text => text!.Contains("via http://proxy:3128/ failed", StringComparison.Ordinal)));
        Assert.DoesNotContain(Texts, text => text!.Contains("secret", StringComparison.Ordinal));
    }
}
