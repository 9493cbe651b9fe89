using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Plans.Tests.Protocol;

public class ProfileRequestJsonTests
{
    private static readonly ProfileRequest Request = new()
    {
        Version = ProfileRequest.CurrentVersion,
        Model = "digits",
        AssemblyFile = "/src/d.dll",
        ProjectDirectory = "/src",
        DataFiles = ["/src/a.csv"],
        Threads = 4,
        Batch = 32,
        InputMultiple = 4,
        OutputFile = "/out/digits.latency.json",
        NativeDirectory = "/native",
    };

    [Fact]
    public void A_request_reads_back() => Assert.Equal(Request, ProfileRequestJson.Read(ProfileRequestJson.Write(Request)) with { DataFiles = Request.DataFiles });

    [Theory]
    [InlineData("\"threads\": 4", "\"threads\": 0")]
    [InlineData("\"batch\": 32,", "")]
    public void Another_form_is_a_defect(string right, string wrong) =>
        Assert.Equal(AbsCodes.Defect, Assert.Throws<AbsException>(() => ProfileRequestJson.Read(ProfileRequestJson.Write(Request).Replace(right, wrong, StringComparison.Ordinal))).Code);
}
