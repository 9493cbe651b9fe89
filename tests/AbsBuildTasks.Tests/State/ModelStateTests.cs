using AbsBuildTasks.Tests.Shared;
using System.Diagnostics;
using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Reports;
using AbsBuildTasks.State;
using AbsBuildTasks.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.State;

public sealed class ModelStateTests : IDisposable
{
    private static readonly Fingerprint First = new FingerprintBuilder().Add("data:a.csv", "1").Build();
    private static readonly Fingerprint Second = new FingerprintBuilder().Add("data:a.csv", "2").Build();

    private readonly TemporaryFolder _folder = new();

    private ModelState State => new(_folder.Path, "digits");

    private string Folder => Path.Combine(_folder.Path, "plans", "digits");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_trained_under_given_decisions_stays_beside_the_one_that_was_searched()
    {
        Take(First);
        var locked = State.Under("0123abcd");
        Assert.False(locked.Has(First.Hash));

        locked.Take(Gather(), First);

        Assert.True(locked.Has(First.Hash));
        Assert.True(State.Has(First.Hash));
        Assert.False(State.Under("0123abce").Has(First.Hash));
        Assert.Equal(locked.PlanFile(First.Hash), State.CurrentPlanFile());
        Assert.NotNull(State.CurrentInputs());
        Assert.Equal(AllFiles(), Known(locked));

        State.MakeCurrent(First.Hash);
        Assert.Equal(State.PlanFile(First.Hash), State.CurrentPlanFile());
        Assert.True(locked.Has(First.Hash));
        Assert.Equal(AllFiles(), Known(State));
    }

    [Fact]
    public void Plans_of_other_given_decisions_and_other_inputs_go()
    {
        Take(First);
        State.Under("0123abcd").Take(Gather(), First);
        State.Under("0123abce").Take(Gather(), First);

        Assert.True(State.Has(First.Hash));
        Assert.False(State.Under("0123abcd").Has(First.Hash));

        Take(Second);
        Assert.Single(Directory.GetDirectories(Folder));
    }

    [Fact]
    public void A_plan_is_there_once_it_is_taken_and_no_other_is()
    {
        Take(First);
        Take(Second);

        Assert.False(State.Has(First.Hash));
        Assert.True(State.Has(Second.Hash));
        Assert.Equal(State.PlanFile(Second.Hash), State.CurrentPlanFile());
        Assert.Single(Directory.GetDirectories(Folder));
    }

    [UnixTheory]
    [InlineData(SpecialFile.Pipe)]
    [InlineData(SpecialFile.LinkToPipe)]
    [InlineData(SpecialFile.LinkToZeros)]
    [InlineData(SpecialFile.Socket)]
    public void What_is_no_ordinary_file_counts_as_damaged(string kind)
    {
        foreach (var name in new[] { "digits.plan.json", "digits.weights.zip", "files.tsv" })
        {
            Take(First);
            SpecialFile.Make(Path.Combine(Path.GetDirectoryName(State.PlanFile(First.Hash))!, name), kind);
            Assert.False(State.Has(First.Hash));
        }

        Take(First);
        SpecialFile.Make(Path.Combine(Folder, "current"), kind);
        Assert.Null(State.CurrentPlanFile());
        State.MakeCurrent(First.Hash);
        Assert.Equal(State.PlanFile(First.Hash), State.CurrentPlanFile());
    }

    [UnixTheory]
    [InlineData(SpecialFile.Pipe)]
    [InlineData(SpecialFile.LinkToZeros)]
    public void What_can_be_made_anew_is_where_it_is_no_ordinary_file(string kind)
    {
        var store = Path.Combine(_folder.Path, "store.tsv");
        SpecialFile.Make(store, kind);

        Assert.Null(BuildRecord.FindCurrent(store, "key"));
        _ = new CodeHashes(store, []);
        new FileHashes(store).Save(isWhole: true);
        Assert.False(StampedFile.IsCurrent(store, "stamp"));
    }

    [Fact]
    public void A_plan_with_a_file_missing_is_not_there()
    {
        Take(First);
        File.Delete(State.Files(First.Hash)[0]);

        Assert.False(State.Has(First.Hash));
        Take(First);
        Assert.True(State.Has(First.Hash));
    }

    [Fact]
    public void What_a_killed_build_gathered_changes_nothing_and_is_removed_by_the_next()
    {
        Take(First);
        Directory.Move(Gather(), Path.Combine(Folder, $".tmp-{EndedProcess()}-{Guid.NewGuid():N}"));

        Assert.True(State.Has(First.Hash));
        Assert.Equal(State.PlanFile(First.Hash), State.CurrentPlanFile());
        Take(Second);
        Assert.Single(Directory.GetDirectories(Folder));
    }

    [Fact]
    public void Without_a_build_there_is_no_current_plan() => Assert.Null(State.CurrentPlanFile());

    [Fact]
    public void What_an_earlier_process_of_the_same_id_gathered_is_removed()
    {
        var stale = Gather();
        Directory.SetLastWriteTimeUtc(stale, DateTime.UtcNow.AddDays(-365));

        State.CreateTemporaryFolder();

        Assert.False(Directory.Exists(stale));
    }

    [Fact]
    public void What_a_build_gathers_stays_while_it_runs()
    {
        var gathering = Gather();

        Take(First);
        Take(Second);

        State.Take(gathering, First);
        Assert.True(State.Has(First.Hash));
    }

    [Fact]
    public void A_plan_that_cannot_be_taken_leaves_the_one_there_was()
    {
        Take(First);

        // Moves with the plan when that is put aside, and so is gone when it is wanted.
        var source = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(State.PlanFile(First.Hash))!, "inner")).FullName;
        Assert.ThrowsAny<IOException>(() => State.Take(source, First));

        Assert.True(State.Has(First.Hash));
        Assert.NotNull(State.CurrentPlanFile());
    }

    [Fact]
    public void A_plan_can_be_taken_again()
    {
        Take(First);
        Take(First);

        Assert.True(State.Has(First.Hash));
        Assert.Single(Directory.GetDirectories(Folder));
    }

    [Fact]
    public void What_a_plan_was_made_from_is_kept()
    {
        Assert.Null(State.CurrentInputs());
        Take(First);

        Assert.Equal(First.Entries, State.CurrentInputs());
        Assert.Equal("digits.inputs.json", Path.GetFileName(State.Inputs(First.Hash)));
        Assert.All(State.Records(First.Hash), file => Assert.True(File.Exists(file), file));
        File.WriteAllText(State.Inputs(First.Hash), "damaged");
        Assert.Null(State.CurrentInputs());
    }

    [Theory]
    [InlineData(0, "truncated")]
    [InlineData(0, "emptied")]
    [InlineData(0, "overwritten")]
    [InlineData(0, "removed")]
    [InlineData(1, "overwritten")]
    [InlineData(2, "truncated")]
    public void A_damaged_file_is_named_and_its_plan_is_not_there(int file, string damage)
    {
        Take(First);
        var path = State.Files(First.Hash)[file];
        Damage.Do(path, damage);

        Assert.False(State.Has(First.Hash));
        Assert.Equal(Path.GetFileName(path), State.DamagedFile(First.Hash));
        Take(First);
        Assert.True(State.Has(First.Hash));
    }

    [Fact]
    public void The_same_content_at_another_time_is_sound()
    {
        Take(First);
        foreach (var file in State.Files(First.Hash))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        Assert.True(State.Has(First.Hash));
    }

    [Theory]
    [InlineData("emptied")]
    [InlineData("overwritten")]
    [InlineData("removed")]
    public void Without_its_record_a_plan_is_not_there(string damage)
    {
        Take(First);
        Damage.Do(State.Records(First.Hash)[1], damage);

        Assert.False(State.Has(First.Hash));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../elsewhere")]
    [InlineData("\0\u0001\u0002")]
    [InlineData("0123456789abcde/")]
    public void A_damaged_marker_names_no_plan_and_is_written_anew(string content)
    {
        Take(First);
        File.WriteAllText(State.Records(First.Hash)[0], content);

        Assert.Null(State.CurrentPlanFile());
        Assert.Null(State.CurrentInputs());
        State.MakeCurrent(First.Hash);
        Assert.Equal(State.PlanFile(First.Hash), State.CurrentPlanFile());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"data:a.csv\": null}")]
    [InlineData("{\"data:a.csv\": {}}")]
    [InlineData("[1]")]
    public void What_is_not_a_list_of_inputs_is_none(string content)
    {
        Take(First);
        File.WriteAllText(State.Inputs(First.Hash), content);

        Assert.Null(State.CurrentInputs());
        Assert.True(State.Has(First.Hash));
    }

    [Fact]
    public void Names_of_models_do_not_meet_other_names()
    {
        foreach (var name in new[] { "native", "x", "x.current", "current", "hashes.tsv" })
        {
            var state = new ModelState(_folder.Path, name);
            state.Take(Gather(state, name), First);
            state.Take(Gather(state, name), Second);
        }

        Assert.Equal(["plans"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
        Assert.All(new[] { "native", "x", "x.current", "current", "hashes.tsv" }, name => Assert.NotNull(new ModelState(_folder.Path, name).CurrentPlanFile()));
    }

    private static string Gather(ModelState state, string model)
    {
        var temporary = state.CreateTemporaryFolder();
        foreach (var name in ResultFile.NamesOf(model))
        {
            File.WriteAllText(Path.Combine(temporary, name), name);
        }

        return temporary;
    }

    private static int EndedProcess()
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.Id;
    }

    private IEnumerable<string> AllFiles() => Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    // What clean knows of.
    private static IEnumerable<string> Known(ModelState state) => state.Files(First.Hash).Append(state.Inputs(First.Hash)).Concat(state.Records(First.Hash)).Order(StringComparer.Ordinal);

    private string Gather() => Gather(State, "digits");

    private void Take(Fingerprint fingerprint) => State.Take(Gather(), fingerprint);
}
