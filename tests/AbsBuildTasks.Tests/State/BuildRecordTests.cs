using AbsBuildTasks.State;

namespace AbsBuildTasks.Tests.State;

public sealed class BuildRecordTests : IDisposable
{
    private const string Key = "a2V5";

    private readonly TemporaryFolder _folder = new();
    private readonly string _data;
    private readonly string _input;
    private readonly string _plan;
    private readonly string _kept;
    private readonly string _output;

    public BuildRecordTests()
    {
        _input = Old(_folder.Write("data/input.csv", "abc"));
        _data = Path.GetDirectoryName(_input)!;
        _plan = Old(_folder.Write("obj/tiny.plan.json", "{}"));
        _kept = Old(_folder.Write("obj/current", "1"));
        _output = Old(_folder.Write("bin/tiny.plan.json", "{}"));
        Directory.SetLastWriteTimeUtc(_data, Past);
    }

    private static DateTime Past => DateTime.UtcNow.AddMinutes(-1);

    private string Record => BuildRecord.PathIn(_folder.Path);

    private string Absent => Path.Combine(_folder.Path, "absent");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Where_all_is_as_it_was_the_record_says_what_the_build_said()
    {
        Build();

        var current = BuildRecord.FindCurrent(Record, Key);

        Assert.NotNull(current);
        Assert.Equal([_plan], current.Plans);
        Assert.Equal([_kept], current.Kept);
        Assert.Equal(["tiny: a\n  b"], current.Log);
    }

    [Theory]
    [InlineData("data/input.csv")]
    [InlineData("obj/tiny.plan.json")]
    [InlineData("obj/current")]
    [InlineData("bin/tiny.plan.json")]
    public void A_file_that_is_changed_or_gone_is_work(string name)
    {
        Build();
        var file = Path.Combine(_folder.Path, name);
        var content = File.ReadAllText(file);

        File.SetLastWriteTimeUtc(file, Past.AddMinutes(-1));
        Assert.Null(BuildRecord.FindCurrent(Record, Key));

        File.WriteAllText(file, content);
        Build();
        File.Delete(file);
        Assert.Null(BuildRecord.FindCurrent(Record, Key));
    }

    [Fact]
    public void A_file_that_came_is_work()
    {
        Build();
        _folder.Write("data/more.csv");
        Assert.Null(BuildRecord.FindCurrent(Record, Key));

        Directory.SetLastWriteTimeUtc(_data, Past);
        Build();
        File.WriteAllText(Absent, "");
        Assert.Null(BuildRecord.FindCurrent(Record, Key));
    }

    [Fact]
    public void A_warning_that_still_holds_is_told_again()
    {
        var record = BuildRecord.Begin(Record, Key, [_input]);
        record.AddWarning("ABS6005", "no\tfile\nhere");
        record.Leave([_plan], [_kept]);
        BuildRecord.Close(Record, record.Id, [_output]);

        Assert.Equal([("ABS6005", "no\tfile\nhere")], BuildRecord.FindCurrent(Record, Key)!.Warnings);
    }

    [Fact]
    public void Another_key_is_work()
    {
        Build();

        Assert.Null(BuildRecord.FindCurrent(Record, Key + "a2V5"));
    }

    [Fact]
    public void A_build_that_did_not_end_well_leaves_nothing_current()
    {
        Build();

        var left = BuildRecord.Begin(Record, Key, [_input]);
        left.Leave([_plan], [_kept]);
        Assert.Null(BuildRecord.FindCurrent(Record, Key));

        BuildRecord.Close(Record, left.Id, []);
        Assert.NotNull(BuildRecord.FindCurrent(Record, Key));

        var failed = BuildRecord.Begin(Record, Key, [_input]);
        BuildRecord.Close(Record, failed.Id, []);
        Assert.Null(BuildRecord.FindCurrent(Record, Key));
    }

    [Fact]
    public void A_build_does_not_end_the_record_of_another()
    {
        var first = BuildRecord.Begin(Record, Key, [_input]);
        first.Leave([_plan], [_kept]);
        BuildRecord.Begin(Record, Key, [_input]).Leave([_plan], [_kept]);

        BuildRecord.Close(Record, first.Id, []);

        Assert.Null(BuildRecord.FindCurrent(Record, Key));
    }

    [Fact]
    public void Inputs_count_as_they_were_before_they_were_read()
    {
        var record = BuildRecord.Begin(Record, Key, [_input]);
        File.SetLastWriteTimeUtc(_input, Past.AddMinutes(-5));
        record.Leave([_plan], [_kept]);
        BuildRecord.Close(Record, record.Id, [_output]);

        Assert.Null(BuildRecord.FindCurrent(Record, Key));
    }

    [Fact]
    public void What_was_written_just_now_is_looked_at_again()
    {
        File.WriteAllText(_input, "abd");
        Build();
        Assert.False(File.Exists(Record));

        Old(_input);
        File.WriteAllText(_output, "{ }");
        Build();
        Assert.Null(BuildRecord.FindCurrent(Record, Key));
    }

    [Fact]
    public void Without_a_key_or_with_very_many_inputs_there_is_no_record()
    {
        Build(key: "");
        Assert.False(File.Exists(Record));

        Build(inputs: Enumerable.Repeat(_input, 10_001));
        Assert.False(File.Exists(Record));
    }

    [Fact]
    public void A_damaged_record_is_never_current()
    {
        Build();
        var content = File.ReadAllText(Record);
        Assert.All(Enumerable.Range(0, content.Length), length => Assert.Null(Find(content[..length])));
        Assert.Null(Find(content.Replace("seen", "seen\tx", StringComparison.Ordinal)));
        Assert.Null(Find(content.Replace("log\t", "log\t*", StringComparison.Ordinal)));
        Assert.NotNull(Find(content));

        CurrentBuild? Find(string text)
        {
            File.WriteAllText(Record, text);
            return BuildRecord.FindCurrent(Record, Key);
        }
    }

    private static string Old(string file)
    {
        File.SetLastWriteTimeUtc(file, Past);
        return file;
    }

    private void Build(string key = Key, IEnumerable<string>? inputs = null)
    {
        var record = BuildRecord.Begin(Record, key, inputs ?? [_input, _data]);
        record.AddLog(["tiny: a", "  b"]);
        record.Leave([_plan], [_kept]);
        BuildRecord.Close(Record, record.Id, [_output, Absent]);
    }
}
