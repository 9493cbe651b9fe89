namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>What came of a network's search.</summary>
/// <param name="Seed">The network's seed.</param>
/// <param name="Code">The code it was refused with; null where it was searched.</param>
/// <param name="Message">The refusal's message, or how much was pruned.</param>
/// <param name="Problems">What is not as the plan says; none for a network that is whole, or refused for a true reason.</param>
/// <param name="Network">How the network reads.</param>
internal sealed record Verdict(int Seed, string? Code, string Message, IReadOnlyList<string> Problems, string Network)
{
    public bool IsWrong => Problems.Count > 0;

    /// <summary>One line, and all there is to know where something is wrong.</summary>
    public override string ToString() => IsWrong
        ? $"seed {Seed}: WRONG {Code}\n{string.Join("\n", Problems.Select(problem => "  ! " + problem))}\n{Network}\n"
        : $"seed {Seed}: {(Code is null ? "whole" : "refused, " + Code)}; {Message}";
}
