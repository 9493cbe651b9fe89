using System.Globalization;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>What model code may do to the process that it runs in.</summary>
internal static class Mistake
{
    /// <summary>The environment variable that chooses one.</summary>
    public const string Variable = "STRIPES_MISTAKE";

    public static void Make()
    {
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case "exit":
                Environment.Exit(0);
                break;
            case "thread":
                var thread = new Thread(() => throw new TimeoutException("The database does not answer."));
                thread.Start();
                thread.Join();
                break;
            case "task":
                Task.Run(() => throw new TimeoutException("The database does not answer.")).Wait();
                break;
            case "static":
                _ = Table.Factor;
                break;
            case "recursion":
                _ = Deeper(0);
                break;
            case "fail-fast":
                Environment.FailFast("Wrong machine.");
                break;
            case "print":
                Console.WriteLine("{\"abs\":1,\"kind\":\"done\"}");
                using (var output = Console.OpenStandardOutput())
                {
                    output.Write("no end of line"u8);
                }

                break;
        }
    }

    private static int Deeper(int depth) => Deeper(depth + 1) + 1;

    private static class Table
    {
        public static readonly float Factor = float.Parse("one", CultureInfo.InvariantCulture);
    }
}
