using AbsBuildTasks.Search.OnnxExport.Operators;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class OperatorTableTests
{
    public static TheoryData<string> Functions => [.. OperatorTable.Functions];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_function_of_the_table_is_one_of_TorchSharps(string function) => Assert.True(NativeFunction.Exists(function));
}
