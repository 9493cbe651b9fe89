using AbsBuildTasks.Frosting;
using Cake.Frosting;

namespace Build.Host;

[TaskName("Clean")]
[TaskDescription("Removes what the other tasks made.")]
public sealed class CleanTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.Clean(context, context.BuildConfiguration);
}

[TaskName("Restore")]
[TaskDescription("Restores the packages.")]
public sealed class RestoreTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.Restore(context);
}

[TaskName("Build")]
[TaskDescription("Builds everything; a warning is an error.")]
[IsDependentOn(typeof(RestoreTask))]
public sealed class BuildTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.Build(context, context.BuildConfiguration);
}

[TaskName("Test")]
[TaskDescription("Runs all tests.")]
[IsDependentOn(typeof(BuildTask))]
public sealed class TestTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.Test(context, context.BuildConfiguration);
}

[TaskName("IntegrationTest")]
[TaskDescription("Runs the tests that build real projects against the packed packages.")]
[IsDependentOn(typeof(BuildTask))]
public sealed class IntegrationTestTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.IntegrationTest(context, context.BuildConfiguration);
}

[TaskName("Sample")]
[TaskDescription("Searches and verifies the sample's plan, by what was just built.")]
[IsDependentOn(typeof(BuildTask))]
[IsDependentOn(typeof(AbsVerifyPlansTask))]
public sealed class SampleTask : FrostingTask<BuildContext>;

[TaskName("Pack")]
[TaskDescription("Packs the packages.")]
[IsDependentOn(typeof(RestoreTask))]
public sealed class PackTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.Pack(context);
}

[TaskName("Bench")]
[TaskDescription("Measures time and memory of the engine's parts.")]
[IsDependentOn(typeof(RestoreTask))]
public sealed class BenchTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.Bench(context);
}

[TaskName("Docs")]
[TaskDescription("Checks links, error codes, spelling and style of the documents.")]
public sealed class DocsTask : FrostingTask<BuildContext>
{
    public override void Run(BuildContext context) => Steps.Docs(context);
}

[TaskName("Default")]
[TaskDescription("Restore, Build, Docs, Test, Sample, Pack.")]
[IsDependentOn(typeof(BuildTask))]
[IsDependentOn(typeof(DocsTask))]
[IsDependentOn(typeof(TestTask))]
[IsDependentOn(typeof(SampleTask))]
[IsDependentOn(typeof(PackTask))]
public sealed class DefaultTask : FrostingTask<BuildContext>;
