using AbsBuildTasks.Models;
using AbsBuildTasks.Tests.Infrastructure;
using AbsBuildTasks.Workers;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>Exports beside searches; the worker is a script that waits for a file.</summary>
public sealed class ModelExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingTask _task = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What the exports wait for is what comes after them.</summary>
    [UnixFact]
    public void Another_search_begins_while_models_are_written()
    {
        var gate = _folder.File("gate");
        var together = new SideBySide(2);
        var setup = SearchSetups.In(_folder, _folder.WriteProgram("host", $"while [ ! -e '{gate}' ]; do sleep 0.05; done; echo '{{\"abs\":1,\"kind\":\"done\"}}'")) with { Together = together };
        var (failures, written) = (new List<Exception>(), new List<string>());

        Assert.True(together.Run(
            () =>
            {
                together.Start(() => Export("one"));
                together.Start(() => Export("two"));
                together.Start(() => File.WriteAllText(gate, ""));
            },
            failures.Add,
            _ => { }));

        Assert.Empty(failures);
        Assert.Equal(["one", "two"], written.Order(StringComparer.Ordinal));

        void Export(string name)
        {
            var model = ModelItem.ReadAll([new TaskItem(name, new Dictionary<string, string> { ["Budget"] = "bops=3%" })], _folder.Path, []).Single();
            _folder.Write($"{name}/{name}.onnx");
            _folder.Write($"{name}/{name}.onnx.json");
            new ModelExport(setup, _task).Run(model, _folder.File("weights"), _folder.File(name), floatFile: null, CancellationToken.None);
            written.Add(name);
        }
    }
}
