// The sample by this repository's own aliases; build.cake starts this script once they are built.
#reference "../src/AbsBuildTasks.Cake/bin/Debug/net10.0/AbsBuildTasks.Cake.dll"

var planCache = Argument("plan-cache", "");

Task("Default")
    .Does(() => AbsVerifyPlans("../samples/Digits", new AbsVerifyPlansSettings
    {
        Configuration = Argument("configuration", "Debug"),
        CacheDirectory = planCache == "" ? null : (DirectoryPath)planCache,
    }));

RunTarget("Default");
