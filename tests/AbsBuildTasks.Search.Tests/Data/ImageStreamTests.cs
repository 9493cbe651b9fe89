using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class ImageStreamTests : IDisposable
{
    private const int Images = 30;

    private static readonly ImageFormat Format = new(9, 8) { Share = 0.9 };

    private static readonly Augmentation Moves = new() { HorizontalFlip = true, CropPadding = 2 };

    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public ImageStreamTests()
    {
        for (var i = 0; i < Images; i++)
        {
            Write(Name(i), 8 + (i % 7), 9 + (i % 5), i);
        }
    }

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Changes => ["none", "normalized", "reshaped", "held out", "all"];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Batches_are_those_of_images_in_memory(string change)
    {
        var (held, streamed) = (Changed(Open().Read(Format), change), Changed(Open().Stream(Format), change));

        Assert.Equal(held.Count, streamed.Count);
        Assert.Equal(All(Batches.InOrder(held, 4)), All(Batches.InOrder(streamed, 4)));
        Assert.Equal(All(Batches.Shuffled(held, 4, 3, 2)), All(Batches.Shuffled(streamed, 4, 3, 2)));
        Assert.Equal(All(Batches.Shuffled(held, 4, 3, 2, skip: 2)), All(Batches.Shuffled(streamed, 4, 3, 2, skip: 2)));
        Assert.Equal(All(Batches.Shuffled(held, 7, 3, 2, Moves)), All(Batches.Shuffled(streamed, 7, 3, 2, Moves)));
        Assert.Equal(Bytes(held.First(2)[0]), Bytes(streamed.First(2)[0]));
    }

    [Fact]
    public void Batches_stay_as_they_are_while_others_are_read()
    {
        var kept = Batches.InOrder(Open().Stream(Format), 4).Select(batch => batch.Inputs[0].DetachFromDisposeScope()).ToArray();

        Assert.Equal(Bytes(Open().Read(Format).Inputs), Bytes(cat(kept)));
    }

    [Fact]
    public void Statistics_are_those_of_images_in_memory()
    {
        var (held, streamed) = (ChannelStatistics.Of(Open().Read(Format)), ChannelStatistics.Of(Open().Stream(Format)));

        Assert.All(held.Mean.Zip(streamed.Mean).Concat(held.Deviation.Zip(streamed.Deviation)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Statistics_of_several_batches_are_those_of_all_together()
    {
        var values = randn([1000], ScalarType.Float64) + 5;
        var (all, parts) = (ChannelMoments.Of(values), ChannelMoments.Together(ChannelMoments.Of(values[TensorIndex.Slice(0, 300)]), ChannelMoments.Of(values[TensorIndex.Slice(300)])));

        Assert.Equal(all.Mean, parts.Mean, 1e-12);
        Assert.Equal(all.Variance, parts.Variance, 1e-12);
        Assert.Equal(new ChannelMoments(5, 3, 0), ChannelMoments.Together(new ChannelMoments(2, 3, 0), new ChannelMoments(3, 3, 0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void A_damaged_image_is_named_when_its_batch_is_due(int batchSize)
    {
        _ = _folder.Write(Name(17), DataFolder.Random(50, 1));
        _ = _folder.Write(Name(19), DataFolder.Random(50, 1));
        var done = 0;

        var failure = DamagedData.Refused(
            () =>
            {
                foreach (var batch in Batches.InOrder(Open().Stream(Format), batchSize))
                {
                    done += (int)batch.Count;
                }

                return done;
            },
            $"'{Name(17)}', offset 0: the content is neither PNG nor JPEG");

        Assert.Equal(AbsCodes.InvalidData, failure.Code);

        // Ten cats and eleven dogs come before it.
        Assert.Equal(21 / batchSize * batchSize, done);
    }

    [Fact]
    public void A_missing_image_is_named()
    {
        var data = Open().Stream(Format);
        File.Delete(Path.Combine(_folder.Root, Name(5)));

        _ = DamagedData.Refused(() => Batches.InOrder(data, 8).Count(), $"'{Name(5)}' does not exist");
    }

    [Fact]
    public void What_only_the_other_reader_can_open_is_read_all_the_same()
    {
        var expected = All(Batches.InOrder(Open().Read(Format), 8));
        _ = _folder.Write(Name(3), DataFolder.Gzip(File.ReadAllBytes(Path.Combine(_folder.Root, Name(3)))));

        Assert.Equal(expected, All(Batches.InOrder(Open().Stream(Format), 8)));
    }

    [Fact]
    public void Reading_beside_training_allocates_nothing()
    {
        var source = new WatchedSource(new ImageExamples("train", [.. Enumerable.Range(0, Images).Select(i => new ImageFile(Name(i), Path.Combine(_folder.Root, Name(i)), 0))], Format));
        var data = new LabelledData(new StreamedInputs(source, [.. Enumerable.Range(0, 100 * Images).Select(i => i % Images)]), zeros([100 * Images]));

        foreach (var _ in Batches.InOrder(data, Images))
        {
            source.EndBatch();
        }

        Assert.True(source.Reads > 50 * Images);
        Assert.Equal(0, source.Allocated);
    }

    [Fact]
    public void Threads_end_with_the_batches()
    {
        var source = new WatchedSource(new ImageExamples("train", [.. Enumerable.Range(0, Images).Select(i => new ImageFile(Name(i), Path.Combine(_folder.Root, Name(i)), 0))], Format));
        var data = new LabelledData(new StreamedInputs(source, [.. Enumerable.Range(0, Images)]), zeros([Images]));

        Assert.Equal(2, Batches.InOrder(data, 2).Take(2).Count());
        Assert.InRange(source.Reads, 4, 8);
        Assert.All(source.Threads, thread => Assert.True(thread == Thread.CurrentThread || !thread.IsAlive));
    }

    [Fact]
    public void Asking_for_all_inputs_says_what_to_do()
    {
        var data = Open().Stream(Format);

        _ = DamagedData.Refused(() => data.Inputs, "'train'", "ImageFolder.Read");
        _ = DamagedData.Refused(() => data.AllInputs, "'train'", "ImageFolder.Read");
        _ = DamagedData.Refused(() => data.Normalized(new ChannelStatistics([0], [1])), "Inputs have 3 channels");
        _ = DamagedData.Refused(() => data.Reshaped(3, 3), "216 values");
        _ = DamagedData.Refused(() => Batches.Shuffled(data, 4, 1, 0, new Augmentation { CropPadding = 8 }), "9×8 pixels");
        _ = DamagedData.Refused(() => Open().Stream(new ImageFormat(0, 1)));
    }

    [Fact]
    public void On_another_device_batches_arrive_one_by_one()
    {
        var data = Open().Stream(Format).Normalized(new ChannelStatistics([0.5, 0.5, 0.5], [1, 1, 1]));
        var asked = 0L;
        var placed = DataPlacement.Of(new ModelData(data, data), META, HasRoom, _ => { });

        foreach (var batch in Batches.Shuffled(placed.Train, 8, 1, 0, Moves))
        {
            Assert.Equal("meta", batch.Inputs[0].device.ToString());
            Assert.Equal("meta", batch.Targets[0].device.ToString());
            Assert.Equal([batch.Count, 3, 8, 9], batch.Inputs[0].shape);
        }

        // Only targets are held. The meta device cannot choose any, so they stay.
        Assert.Equal(2 * 2 * Images * sizeof(long), asked);

        bool HasRoom(Device device, long bytes)
        {
            asked = bytes;
            return false;
        }
    }

    [Fact]
    public void A_search_finds_the_same_plan()
    {
        Assert.Equal(Plan(folder => folder.Read(new ImageFormat(8, 8))), Plan(folder => folder.Stream(new ImageFormat(8, 8))));

        string Plan(Func<ImageFolder, LabelledData> read)
        {
            var settings = new SearchSettings { Budget = new Budget(0.1), BatchSize = 8, TrainEpochs = 1, SearchEpochs = 2, FineTuneEpochs = 1 };
            var job = new SearchJob { Model = "images", Fingerprint = new string('0', 64), Settings = settings, Context = _folder.Context(), Device = CPU };
            using var result = SearchEngine.Run(new FolderModel(read), job, _ => { }, CancellationToken.None);
            return PlanJson.Write(result.Plan);
        }
    }

    private static LabelledData Changed(LabelledData data, string change) => change switch
    {
        "normalized" => data.Normalized(ChannelStatistics.Of(Sample)),
        "reshaped" => data.Reshaped(2, 12, 9),
        "held out" => data.HoldOut(3).Train,
        "all" => data.Normalized(ChannelStatistics.Of(Sample)).HoldOut(4).Train.Reshaped(1, 24, 9).HoldOut(2).Test,
        _ => data,
    };

    private static LabelledData Sample => new(arange(12, ScalarType.Float32).reshape(4, 3) / 7, zeros([4]));

    private static string Name(int i) => $"train/{(i % 3 == 0 ? "cat" : "dög")}/{i:00}.{(i % 2 == 0 ? "png" : "jpg")}";

    private ImageFolder Open() => ImageFolder.Open(_folder.Context(), "train");

    private static string[] All(IEnumerable<Batch> batches) =>
        [.. batches.Select(batch => Bytes(batch.Inputs[0]) + " " + Bytes(batch.Targets[0]))];

    private static string Bytes(Tensor tensor) => string.Join(",", tensor.shape) + " " + Convert.ToHexString(tensor.contiguous().bytes);

    private void Write(string name, int width, int height, int seed)
    {
        using var bitmap = new SKBitmap(width, height);
        var random = new Random(seed);
        for (var x = 0; x < width; x++)
        {
            for (var y = 0; y < height; y++)
            {
                bitmap.SetPixel(x, y, new SKColor((uint)random.Next() | 0xff000000));
            }
        }

        using var data = bitmap.Encode(name.EndsWith("png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 90);
        _ = _folder.Write(name, data.ToArray());
    }

    /// <summary>Watches what the threads that read do between the first batch and the end.</summary>
    private sealed class WatchedSource(IExampleSource source) : IExampleSource
    {
        [ThreadStatic]
        private static long _before;

        private readonly Thread _training = Thread.CurrentThread;
        private readonly Thread?[] _threads = new Thread?[Environment.ProcessorCount + 1];
        private int _batches;
        private int _reads;
        private long _allocated;

        public int Reads => _reads;

        public long Allocated => _allocated;

        public IEnumerable<Thread> Threads => _threads.OfType<Thread>();

        public string Name => source.Name;

        public IReadOnlyList<long> Shape => source.Shape;

        public bool TryRead(int index, Span<float> example)
        {
            _ = Interlocked.Increment(ref _reads);
            var thread = Thread.CurrentThread;
            if (Array.IndexOf(_threads, thread) < 0)
            {
                lock (_threads)
                {
                    _threads[Array.IndexOf(_threads, null)] = thread;
                }
            }

            // What was allocated since this thread's last read, waiting included.
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (_batches > 0 && thread != _training && _before > 0)
            {
                _ = Interlocked.Add(ref _allocated, now - _before);
            }

            var isRead = source.TryRead(index, example);
            _before = GC.GetAllocatedBytesForCurrentThread();
            _ = Interlocked.Add(ref _allocated, _batches > 0 && thread != _training ? _before - now : 0);
            return isRead;
        }

        public void Read(int index, Span<float> example) => source.Read(index, example);

        public void EndBatch() => _batches++;
    }

    private sealed class FolderModel(Func<ImageFolder, LabelledData> read) : IAbsModel
    {
        public Module CreateNetwork() => TestNetworks.Chain();

        public ModelData LoadData(ModelContext context) => read(ImageFolder.Open(context, "train")).HoldOut(3) with { Augmentation = Moves };
    }
}
