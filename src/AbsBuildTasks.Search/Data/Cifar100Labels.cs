namespace AbsBuildTasks.Search.Data;

/// <summary>The two labels that CIFAR-100 has for each image.</summary>
public enum Cifar100Labels
{
    /// <summary>One of 100 classes.</summary>
    Fine,

    /// <summary>One of 20 superclasses.</summary>
    Coarse,
}
