using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

public sealed class EventsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Events_of_several_builds_are_whole_lines()
    {
        var path = Path.Combine(_folder.Path, "events.jsonl");

        Parallel.For(0, 4, model =>
        {
            for (var epoch = 1; epoch <= 10; epoch++)
            {
                new EventsFile(path).Append(new SearchReported($"m{model}", new ProgressEvent("train", epoch, 10, 0.5, null, null)));
            }
        });

        Assert.All(File.ReadAllLines(path), line => Assert.True(BuildEventJson.TryRead(line, out _), line));
        Assert.NotEmpty(File.ReadAllLines(path));
    }

    [Fact]
    public void Without_a_path_nothing_is_written() => Assert.Null(Record.Exception(() => new EventsFile().Append(new SearchStarted("m", 0.1, 1))));

    [Fact]
    public void Each_of_several_files_gets_every_event_also_where_another_cannot_be_written()
    {
        string[] paths = [Path.Combine(_folder.Path, "missing", "events.jsonl"), Path.Combine(_folder.Path, "a"), Path.Combine(_folder.Path, "b")];

        new EventsFile(paths).Append(new SearchStarted("m", 0.1, 1));

        Assert.All(paths[1..], path => Assert.True(BuildEventJson.TryRead(File.ReadAllText(path).TrimEnd(), out _)));
    }

    [UnixFact]
    public void Nothing_is_appended_to_what_a_link_leads_to()
    {
        var (link, precious) = (Path.Combine(_folder.Path, "events.jsonl"), Path.Combine(_folder.Path, "precious"));
        File.WriteAllText(precious, "precious");
        File.CreateSymbolicLink(link, precious);

        new EventsFile(link).Append(new SearchStarted("m", 0.1, 1));

        Assert.Equal("precious", File.ReadAllText(precious));
    }

    [Fact]
    public void A_file_that_cannot_be_written_fails_nothing()
    {
        new EventsFile(Path.Combine(_folder.Path, "missing", "events.jsonl")).Append(new SearchStarted("m", 0.1, 1));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
