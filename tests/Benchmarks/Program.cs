// What the search costs and what it is worth, measured side by side in one process and printed as tables:
//     dotnet run -c Release --project tests/Benchmarks -- COMMAND
using System.Globalization;
using AbsBuildTasks.Benchmarks;
using AbsBuildTasks.Search;
using static TorchSharp.torch;

TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));
if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
{
    set_num_threads(2);
}

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var number = args.Length > 1 && int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : (int?)null;
switch (args.FirstOrDefault())
{
    case "steps":
        StepTimes.Compare(number ?? 20);
        break;
    case "sequences":
        StepTimes.CompareSequences(number ?? 20);
        break;
    case "depth":
        StepTimes.CompareDepths(number ?? 20);
        break;
    case "accounts":
        StepTimes.Account(number ?? 8, args.Skip(2).ToHashSet());
        break;
    case "multi-path":
        StepTimes.ComparePaths(number ?? 20);
        break;
    case "memory" when args.Length > 2:
        Memory.Measure(number ?? 100, args[2]);
        break;
    case "memory":
        Memory.Compare(number ?? 100);
        break;
    case "loading":
        Loading.Compare(number ?? 100);
        break;
    case "parameters":
        AddedParameters.Count();
        break;
    case "alternatives":
        Alternatives.Run(number ?? 1, args.Skip(2).ToHashSet());
        break;
    case "fairness":
        Fairness.Run(number ?? 3, args.Skip(2).ToHashSet());
        break;
    case "scales":
        Scales.Run(number ?? 3, args.Skip(2).ToHashSet());
        break;
    case "sums":
        Sums.Run(number ?? 3, args.Skip(2).ToHashSet());
        break;
    case "second-searches":
        SecondSearches.Measure(args.Skip(1).ToHashSet());
        break;
    case "warm-starts":
        WarmStarts.Measure(number ?? 3);
        break;
    case "certainty":
        Certainty.Print();
        break;
    case "no-op":
        NoOpBuild.Measure(number ?? 10);
        break;
    case "data-files":
        foreach (var files in number is { } one ? [one] : new[] { 1000, 5000, 20_000 })
        {
            DataFiles.Measure(files, models: 1);
        }

        DataFiles.Measure(1000, models: 12);
        break;
    case "no-op-models":
        NoOpBuild.MeasureModels(number ?? 5);
        break;
    case "command-line":
        CommandLine.Measure(number ?? 15);
        break;
    case "diff-folder":
        foreach (var plans in number is { } count ? [count] : new[] { 1, 50, 500 })
        {
            CommandLine.MeasureFolder(plans);
        }

        break;
    case "packages":
        PackageSizes.Measure(args.ElementAtOrDefault(1));
        break;
    case "growth":
        Growth.Measure(args.Skip(1).ToHashSet());
        break;
    case "landing-growth":
        LandingGrowth.Measure(number ?? 64, args.Skip(2).ToHashSet());
        break;
    case "landings":
        Landings.Run(number ?? 1, args.Skip(2).ToHashSet());
        break;
    case "checkpoint":
        CheckpointCost.Print(number ?? 100);
        break;
    case "onnx":
        OnnxFiles.Measure(number ?? 51, args.Skip(2).ToHashSet());
        break;
    case "alarms" when args.Length > 1:
        SnapshotAlarms.Print(args[1], args.Length > 2 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 1);
        break;
    case "delivered" when args.Length == 4:
        OnnxFiles.Measure(number ?? 51, args[2], args[3]);
        break;
    case "all":
        StepTimes.Compare(20);
        StepTimes.ComparePaths(10);
        Loading.Compare(100);
        Memory.Compare(100);
        AddedParameters.Count();
        CheckpointCost.Print(0);
        Certainty.Print();
        NoOpBuild.Measure(10);
        CommandLine.Measure(15);
        break;
    default:
        Console.WriteLine("""
            steps [TURNS]         a search step against a plain training step: LeNet-5 and ResNet-20
            depth [TURNS]         the same for ResNet-20, 56 and 110
            accounts [STEPS] [NAME...]
                                  processor time, page faults and memory of steps of ResNet-20, 56 and 110 (Linux)
            multi-path [TURNS]    a search step against one path per bitwidth, the way that bit sharing replaces
            memory [STEPS] [WHAT] resident memory over steps of ResNet-20; WHAT: plain, search, frozen, multi-path; without it all
            loading [STEPS]       the time that batches take beside the step that waits for them
            parameters            what the search adds to a network's trainable parameters
            alternatives [SEED] [NAME...]
                                  accuracy on Fashion-MNIST at equal cost and steps; all alternatives, or those named
            fairness [SEEDS] [NAME...]
                                  what plans are compared with, and where locked builds arrive; all data sets but fashion, or those named
            scales [SEEDS] [NAME...]
                                  accuracy with a scale for each filter and for each layer, at equal bits; all data sets and bits, or those named
            sums [SEEDS] [NAME...]
                                  what quantised sums cost a residual network's ONNX file; digits, textures, or both
            second-searches [NAME...]
                                  what a second search costs that begins with stages of the first: digits, lenet5, or both
            warm-starts [SEEDS]   what a search saves and costs that starts from the weights of an earlier plan (Digits)
            certainty             the look at a network before its search, and the check of what is delivered
            growth [NAME...]      runs of the look at a network, by depth
            landing-growth [EXAMPLES] [NAME...]
                                  what the last decisions cost, by depth and budget; with step-by-step also as they once were taken
            landings [SEEDS] [NAME...]
                                  what the last decisions cost and come to, in whole searches
            checkpoint [MILLIONS] the time that keeping a search's state takes, also for so many parameters (default: 100; 0 for none)
            no-op [BUILDS]        what the package adds to a build that has nothing to do
            data-files [FILES]    how long such a build looks at data files (default: 1000, 5000 and 20000), and at 1000 files of 12 models
            no-op-models [BUILDS] what the package adds to such a build of 1, 10 and 60 models
            command-line [RUNS]   how long abs takes on plans of 300 layers
            diff-folder [PLANS]   how long abs diff and abs log take on a folder of plans (default: 1, 50 and 500) and their commits
            packages [COMMIT]     what packages weigh, and what an application gets of them; beside those of another commit
            onnx [ROUNDS] [NAME...]
                                  bytes of a plan's ONNX file and its time in ONNX Runtime, against the whole network's; all networks, or those named
            alarms FOLDER [POINTS]
                                  false alarms of the snapshots' policies, and losses of so many points that they find, on plans of several seeds in a folder
            delivered ROUNDS NAME FILE
                                  the same of a file that a build has written for one of these networks
            all                   all of these but depth, accounts, alternatives, fairness, second-searches, warm-starts, scales, sums, growth, landing-growth, landings, packages, onnx, delivered and alarms, which take long or need files
            """);
        return 2;
}

return 0;
