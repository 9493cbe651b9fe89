namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>A random network does not run by itself: the generator's own mistake.</summary>
public sealed class GeneratorException(string message, Exception cause) : Exception(message, cause);
