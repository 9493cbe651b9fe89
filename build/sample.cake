// The sample by this repository's own aliases; build.cake starts this script once they are built.
#reference "../src/AbsBuildTasks.Cake/bin/%ABS_CONFIGURATION%/net10.0/AbsBuildTasks.Cake.dll"

Task("Default")
    .Does(() => AbsVerifyPlans("../samples/Digits", new AbsVerifyPlansSettings
    {
        Configuration = EnvironmentVariable("ABS_CONFIGURATION"),
        CacheDirectory = EnvironmentVariable("ABS_PLAN_CACHE") is { Length: > 0 } folder ? (DirectoryPath)folder : null,
    }));

RunTarget("Default");
