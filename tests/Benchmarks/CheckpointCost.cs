using System.Diagnostics;
using System.Globalization;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using FashionMnist;
using Paper;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>Times the writing and reading of a search's state, and what training loses by it.</summary>
internal static class CheckpointCost
{
    private const int Rounds = 30;
    private const int LargeRounds = 5;
    private const int Width = 2048;
    private const int Examples = 64;

    /// <summary>Networks as small as they mostly are, then one of many parameters.</summary>
    /// <param name="millions">Parameters of that one, in millions; 0 for none.</param>
    public static void Print(int millions)
    {
        Console.WriteLine($"{"network",-24}{"bytes",14}{"of weights",14}{"of Adam",14}{"write ms",11}{"read ms",11}");
        Measure("LeNet-5", new LeNet5(), [2, 1, 28, 28], Rounds);
        Measure("ResNet-20", ResNet.Small(20, channels: 3, classes: 100), [2, 3, 32, 32], Rounds);
        if (millions > 0)
        {
            Measure($"{millions} million parameters", Chain(millions), [2, Width], LargeRounds);
            Measure("three quarters frozen", Frozen(Chain(millions)), [2, Width], LargeRounds);
            MeasureTraining(millions);
        }
    }

    private static void Measure(string name, Module<Tensor, Tensor> network, long[] shape, int rounds)
    {
        using var scope = NewDisposeScope();
        using var trained = new Trained(network, shape);
        trained.Step();
        var start = StartingValues.Of(network);
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.checkpoint");
        var write = MedianTime(rounds, () => CheckpointFile.Write(file, name, state =>
        {
            state.Start = start;
            trained.Exchange(state);
        }));
        var bytes = new FileInfo(file).Length;
        var read = MedianTime(rounds, () =>
        {
            using var state = CheckpointFile.Open(file, name);
            trained.Exchange(state);
        });
        File.Delete(file);
        var (weights, memory) = (LengthOf(state => ModuleState.Exchange(state, network)), LengthOf(trained.ExchangeMemory));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{bytes,14}{weights,14}{memory,14}{write,11:0.0}{read,11:0.0}"));

        long LengthOf(Action<StateStream> exchange)
        {
            using var bytes = new NativeBytes();
            exchange(new StateStream(bytes) { Start = start });
            return bytes.Length;
        }
    }

    // The same steps without a checkpoint and with one, which begins with the first of them.
    private static void MeasureTraining(int millions)
    {
        using var scope = NewDisposeScope();
        using var trained = new Trained(Chain(millions), [Examples, Width]);
        var folder = Directory.CreateTempSubdirectory("abs-checkpoint").FullName;
        var job = new SearchJob
        {
            Model = "benchmark",
            Fingerprint = new string('0', 64),
            Settings = new() { Budget = new Budget(0.1) },
            Context = new ModelContext(folder, []),
            Device = CPU,
            CheckpointDirectory = folder,
        };
        using (var store = CheckpointStore.Open(job, TimeSpan.Zero))
        {
            trained.Step();
            var step = MedianTime(LargeRounds, trained.Step);
            var steps = (int)Math.Ceiling(10_000 / step);
            void Steps(bool saves)
            {
                if (saves)
                {
                    store.Save(trained.Exchange);
                }

                for (var i = 0; i < steps; i++)
                {
                    trained.Step();
                }
            }

            Steps(saves: true);
            var (without, with) = (new List<double>(), new List<double>());
            for (var round = 0; round < LargeRounds; round++)
            {
                without.Add(MedianTime(1, () => Steps(saves: false)));
                with.Add(MedianTime(1, () => Steps(saves: true)));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"training waits {MedianTime(1, () => store.Save(trained.Exchange)):0} ms for a checkpoint; {steps} steps take {without.Median():0} ms, with a checkpoint {with.Median():0} ms, which is {with.Median() - without.Median():0} ms more; the next one comes after {store.Least.TotalMilliseconds:0} ms, so that is {Math.Max(0, with.Median() - without.Median()) / store.Least.TotalMilliseconds:0.0%}"));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Sequential Chain(int millions) => Sequential([.. Enumerable.Range(0, Math.Max(1, millions * 1_000_000 / (Width * Width)))
        .SelectMany(number => new (string, Module<Tensor, Tensor>)[] { ($"linear{number}", Linear(Width, Width)), ($"relu{number}", ReLU()) })]);

    private static Sequential Frozen(Sequential network)
    {
        var weights = network.parameters().ToArray();
        foreach (var weight in weights[..(weights.Length * 3 / 4)])
        {
            weight.requires_grad = false;
        }

        return network;
    }

    private static double MedianTime(int rounds, Action action)
    {
        var times = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times.Median();
    }

    /// <summary>A compressed network in training.</summary>
    private sealed class Trained : IDisposable
    {
        private readonly CompressedNetwork _network;
        private readonly optim.Optimizer _optimizer;
        private readonly Tensor _input;

        public Trained(Module<Tensor, Tensor> network, long[] shape)
        {
            _input = rand(shape);
            _network = Contender.Compress(network, _input);
            _optimizer = optim.Adam(_network.Parameters);
        }

        public void Step()
        {
            using var scope = NewDisposeScope();
            _optimizer.zero_grad();
            _network.Run([_input])[0].square().mean().backward();
            _network.CollectGradients();
            _ = _optimizer.step();
        }

        public void Exchange(StateStream state)
        {
            _network.Exchange(state);
            ExchangeMemory(state);
        }

        public void ExchangeMemory(StateStream state) => OptimizerMemory.Exchange(state, _optimizer);

        public void Dispose()
        {
            _optimizer.Dispose();
            _network.Dispose();
        }
    }
}
