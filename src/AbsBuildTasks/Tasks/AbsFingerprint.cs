using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;

namespace AbsBuildTasks.Tasks;

/// <summary>Says what the plans of a project's models depend on, and what of that changed since the last plan.</summary>
public sealed class AbsFingerprint : FingerprintTask
{
    /// <inheritdoc />
    protected override void Run() => RunForEach();

    private protected override void RunFor(ModelItem model, Fingerprint fingerprint, ModelState state)
    {
        var changes = Explain(model, fingerprint, state);
        foreach (var line in EntryLines(model.Name, fingerprint))
        {
            Print(line);
        }

        Print(changes.Count == 0
            ? $"abs: {model.Name}: {(state.CurrentInputs() is null ? "no plan to compare with" : "nothing has changed since the last plan")}"
            : $"abs: {model.Name}: since the last plan");
        foreach (var change in Placed(changes))
        {
            Print("  " + Printable.Escape(change));
        }
    }
}
