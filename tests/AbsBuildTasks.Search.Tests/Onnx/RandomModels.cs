using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Search.Tests.Onnx;

/// <summary>Models of any content that can be written, made from a seed.</summary>
internal sealed class RandomModels
{
    private static readonly OnnxType[] Types = [.. Enum.GetValues<OnnxType>().Where(type => type.Bits() is not null)];

#pragma warning disable CA5394 // Tests, not secrets.
    private readonly Random _random;

    private RandomModels(int seed) => _random = new Random(seed);

    public static OnnxModel Make(int seed) => new RandomModels(seed).Model();

    private OnnxModel Model() => new()
    {
        IrVersion = _random.Next(1, 12),
        Opsets = Some(() => new OnnxOpset(Text(), _random.NextInt64())),
        Producer = Text(),
        ProducerVersion = Text(),
        Graph = new OnnxGraph { Name = Text(), Nodes = Some(Node), Initializers = Some(Tensor), Inputs = Some(Info), Outputs = Some(Info), Values = Some(Info) },
    };

    private OnnxNode Node() => new() { Name = Text(), OpType = Text(), Domain = Text(), Inputs = Some(Text), Outputs = Some(Text), Attributes = Some(Attribute) };

    private OnnxAttribute Attribute() => _random.Next(7) switch
    {
        0 => new OnnxAttribute(Text(), Single()),
        1 => new OnnxAttribute(Text(), Whole()),
        2 => new OnnxAttribute(Text(), Text()),
        3 => new OnnxAttribute(Text(), Tensor()),
        4 => new OnnxAttribute(Text(), Some(Single)),
        5 => new OnnxAttribute(Text(), Some(Whole)),
        _ => new OnnxAttribute(Text(), Some(Text)),
    };

    private OnnxTensor Tensor()
    {
        var type = Types[_random.Next(Types.Length)];
        var dims = Some(() => (long)_random.Next(0, 5));
        var data = new byte[((dims.Aggregate(1L, (product, dim) => product * dim) * type.Bits()!.Value) + 7) / 8];
        _random.NextBytes(data);
        return new OnnxTensor(Text(), type, dims, data);
    }

    private OnnxValueInfo Info() => new(Text(), Types[_random.Next(Types.Length)], _random.Next(3) == 0 ? null : Some(Dim));

    private OnnxDim Dim() => _random.Next(2) == 0 ? new OnnxDim(Whole()) : new OnnxDim(null, Text());

    private long Whole() => _random.Next(3) == 0 ? _random.Next(-2, 3) : _random.NextInt64() * (_random.Next(2) == 0 ? 1 : -1);

    private float Single() => _random.Next(3) == 0 ? 0 : BitConverter.Int32BitsToSingle(_random.Next());

    private string Text() => _random.Next(4) == 0 ? "" : string.Concat(Some(() => char.ConvertFromUtf32(_random.Next(2) == 0 ? _random.Next(0x20, 0x7F) : _random.Next(0xE000, 0x1FFFF))));

    private T[] Some<T>(Func<T> make) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => make())];
}
