namespace AbsBuildTasks.Search.Data;

/// <summary>An image of an <see cref="ImageFolder"/>.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Label">The index of its class.</param>
internal sealed record ImageFile(string Name, string Path, long Label);
