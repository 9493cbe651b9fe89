using AbsBuildTasks.Tasks;

namespace AbsBuildTasks.Tests.Tasks;

public class TargetCommandTests
{
    [Theory]
    [InlineData("/src/Models/Models.csproj", "/src/Models", "", "dotnet build Models.csproj -t:AbsAcceptPlans")]
    [InlineData("/src/Models/Models.csproj", "/src/", "Debug", "dotnet build Models/Models.csproj -t:AbsAcceptPlans")]
    [InlineData("/src/Models/Models.csproj", "/", "Release", "dotnet build src/Models/Models.csproj -c Release -t:AbsAcceptPlans")]
    [InlineData("/src/Models/Models.csproj", "/src/Mod", "", "dotnet build /src/Models/Models.csproj -t:AbsAcceptPlans")]
    [InlineData("/src/Models/Models.csproj", "", "", "dotnet build /src/Models/Models.csproj -t:AbsAcceptPlans")]
    [InlineData("/my src/My Models.csproj", "/my src", "For tests", "dotnet build \"My Models.csproj\" -c \"For tests\" -t:AbsAcceptPlans")]
    [InlineData("/src/-x.csproj", "/src", "", "dotnet build ./-x.csproj -t:AbsAcceptPlans")]
    [InlineData("/src/a;b.csproj", "/src", "", "dotnet build \"a;b.csproj\" -t:AbsAcceptPlans")]
    public void The_command_can_be_pasted(string project, string folder, string configuration, string command) =>
        Assert.Equal(command, TargetCommand.Of(project, folder, configuration, "AbsAcceptPlans"));
}
