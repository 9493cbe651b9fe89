using AbsBuildTasks.Plans.Json;

namespace AbsBuildTasks.Plans.Tests.Json;

public class ShownJsonTests
{
    [Fact]
    public void What_is_printed_is_ASCII_and_no_command() =>
        Assert.Equal(@"""#\u0023vso[x] #\u0023\u0023 \u007f\u009b\u202e\ud83d\ude00""", ShownJson.Of("\"##vso[x] ### \u007f\u009b\u202e😀\""));
}
