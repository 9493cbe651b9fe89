using Xunit;

namespace AbsBuildTasks.Search.Tests.Data;

/// <summary>A test on Debian's dataset-fashion-mnist, where that is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FashionMnistFactAttribute : FactAttribute
{
    private const string Folder = "/usr/share/datasets/fashion-mnist";

    public FashionMnistFactAttribute()
    {
        if (!Directory.Exists(Folder))
        {
            Skip = $"{Folder} is not there; apt-get install dataset-fashion-mnist";
        }
    }

    public static string File(string name) => Path.Combine(Folder, name);
}
