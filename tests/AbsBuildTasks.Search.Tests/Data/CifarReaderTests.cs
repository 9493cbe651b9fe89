using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class CifarReaderTests : IDisposable
{
    private static readonly byte[] Pixels = DataFolder.Random(3 * 3072, 2);

    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Files_of_cifar_10_follow_each_other()
    {
        var data = CifarReader.ReadCifar10(_folder.Write("1.bin", [.. Record(0, 7), .. Record(1, 0)]), _folder.Write("2.bin.gz", DataFolder.Gzip(Record(2, 9))));

        Assert.Equal([3, 3, 32, 32], data.Inputs.shape);
        Assert.Equal(Pixels.Select(pixel => pixel / 255f), data.Inputs.data<float>().ToArray());
        Assert.Equal([7L, 0, 9], data.Targets.data<long>().ToArray());
    }

    [Fact]
    public void Cifar_100_has_coarse_and_fine_labels()
    {
        var path = _folder.Write("train.bin", [.. Record(0, 19, 99), .. Record(1, 3, 40)]);

        Assert.Equal([99L, 40], CifarReader.ReadCifar100(path).Targets.data<long>().ToArray());
        var coarse = CifarReader.ReadCifar100(path, Cifar100Labels.Coarse);
        Assert.Equal([19L, 3], coarse.Targets.data<long>().ToArray());
        Assert.Equal(Pixels.Take(2 * 3072).Select(pixel => pixel / 255f), coarse.Inputs.data<float>().ToArray());
    }

    [Fact]
    public void Truncations_inside_an_example_are_refused()
    {
        byte[] content = [.. Record(0, 1), .. Record(1, 2)];
        foreach (var length in new[] { 0, 1, 3072, 3074, content.Length - 1 })
        {
            _ = DamagedData.Refused(() => CifarReader.ReadCifar10(_folder.Write("cut.bin", content[..length])), "'cut.bin', offset ");
        }
    }

    [Fact]
    public void Labels_that_name_no_class_are_refused()
    {
        _ = DamagedData.Refused(() => CifarReader.ReadCifar10(_folder.Write("a.bin", [.. Record(0, 1), .. Record(1, 10)])), "'a.bin', offset 3073: label 10 of example 1");
        _ = DamagedData.Refused(() => CifarReader.ReadCifar100(_folder.Write("a.bin", Record(0, 20, 0))), "'a.bin', offset 0: label 20");
        _ = DamagedData.Refused(() => CifarReader.ReadCifar100(_folder.Write("a.bin", Record(0, 0, 100))), "'a.bin', offset 1: label 100");
    }

    [Fact]
    public void The_other_data_set_and_no_file_are_refused()
    {
        _ = DamagedData.Refused(() => CifarReader.ReadCifar10(_folder.Write("a.bin", Record(0, 1, 1))), "not a whole number of examples of 3073");
        _ = DamagedData.Refused(() => CifarReader.ReadCifar10());
    }

    private static byte[] Record(int example, params byte[] labels) => [.. labels, .. Pixels.AsSpan(example * 3072, 3072)];
}
