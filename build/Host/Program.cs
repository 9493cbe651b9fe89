using AbsBuildTasks.Frosting;
using Cake.Frosting;

namespace Build.Host;

internal static class Program
{
    public static int Main(string[] args) => new CakeHost()
        .AddAssembly(typeof(AbsSearchTask).Assembly)
        .UseContext<BuildContext>()
        .Run(args);
}
