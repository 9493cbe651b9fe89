// This repository's build: dotnet tool restore && dotnet cake [--target=NAME] [--configuration=Debug|Release] [--plan-cache=FOLDER]
#load "build/Shared/DocumentCheck.cs"
#load "build/Shared/FrostingPackage.cs"
#load "build/Shared/ProseCheck.cs"
#load "build/Shared/Steps.cs"

var target = Argument("target", "Default");
var configuration = Argument("configuration", "Debug");
var planCache = Argument("plan-cache", "") is { Length: > 0 } folder ? MakeAbsolute(Directory(folder)).FullPath : "";

Task("Clean")
    .Description("Removes what the other tasks made.")
    .Does(context => Steps.Clean(context, configuration));

Task("Restore")
    .Description("Restores the packages.")
    .Does(context => Steps.Restore(context));

Task("Build")
    .Description("Builds everything; a warning is an error.")
    .IsDependentOn("Restore")
    .Does(context => Steps.Build(context, configuration));

Task("Test")
    .Description("Runs all tests.")
    .IsDependentOn("Build")
    .Does(context => Steps.Test(context, configuration));

Task("IntegrationTest")
    .Description("Runs the tests that build real projects against the packed packages.")
    .IsDependentOn("Build")
    .Does(context => Steps.IntegrationTest(context, configuration));

Task("Sample")
    .Description("Searches and verifies the sample's plan, by what was just built.")
    .IsDependentOn("Build")
    // A script of its own: Cake loads what a script references before it runs, and the aliases are not built before.
    // Told by variables: what it references depends on one, and Cake takes no empty argument.
    .Does(() => CakeExecuteScript("build/sample.cake", new CakeSettings
    {
        EnvironmentVariables = new Dictionary<string, string> { ["ABS_CONFIGURATION"] = configuration, ["ABS_PLAN_CACHE"] = planCache },
    }));

Task("Pack")
    .Description("Packs the packages.")
    .IsDependentOn("Restore")
    .Does(context => Steps.Pack(context));

Task("Bench")
    .Description("Measures time and memory of the engine's parts.")
    .IsDependentOn("Restore")
    .Does(context => Steps.Bench(context));

Task("Docs")
    .Description("Checks links, error codes, spelling and style of the documents.")
    .Does(context => Steps.Docs(context));

Task("Default")
    .Description("Restore, Build, Docs, Test, Sample, Pack.")
    .IsDependentOn("Build")
    .IsDependentOn("Docs")
    .IsDependentOn("Test")
    .IsDependentOn("Sample")
    .IsDependentOn("Pack");

RunTarget(target);
