using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Git;

/// <summary>A git repository: the files of its commits, and its settings.</summary>
internal sealed class GitRepository
{
    private static readonly string[] UsualBases = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

    private GitRepository(string root, string prefix) => (Root, Prefix) = (root, prefix);

    /// <summary>Full path of its working tree.</summary>
    public string Root { get; }

    /// <summary>The path below the repository's root of the folder that it was found from: empty, or with a slash at its end.</summary>
    public string Prefix { get; }

    /// <summary>Finds the repository that a folder is in.</summary>
    /// <exception cref="AbsException">ABS4006: there is none.</exception>
    public static GitRepository Of(string folder)
    {
        var answer = GitProcess.Run(folder, "rev-parse", "--show-toplevel", "--show-prefix");
        var lines = answer.Text.Split('\n');
        return answer.IsGood
            ? new(lines[0], lines.Length > 1 ? lines[1] : "")
            : throw new AbsException(AbsCodes.GitBaseUnavailable, $"'{Printable.Escape(folder)}' is in no git repository that can be read ({OneLine(answer.Error)}); compare two files or folders instead.");
    }

    /// <summary>The first of the usual names of a main branch that exists; for a pull request, its base alone.</summary>
    /// <param name="pullRequestBase">The base branch as the build server names it, or null.</param>
    /// <exception cref="AbsException">ABS4006: none exists.</exception>
    public string DefaultBase(string? pullRequestBase)
    {
        string[] names = pullRequestBase is null ? UsualBases : [$"origin/{pullRequestBase}"];
        return Array.Find(names, name => Resolve(name).IsGood)
            ?? throw new AbsException(AbsCodes.GitBaseUnavailable, $"There is no branch {Printable.Escape(string.Join(", ", names))} to compare with; name a commit with --base, or fetch the branch first.");
    }

    /// <summary>The hash of a commit.</summary>
    /// <param name="name">A branch, tag, hash or what else git takes for one.</param>
    /// <exception cref="AbsException">ABS4006: there is no such commit.</exception>
    public string Commit(string name)
    {
        var answer = Resolve(name);
        return answer.IsGood
            ? answer.Text
            : throw new AbsException(AbsCodes.GitBaseUnavailable, $"git has no commit '{Printable.Escape(name)}' ({OneLine(answer.Error)}); name another with --base, or fetch the branch and its history first.");
    }

    /// <summary>The hash of the commit that is checked out; null where there is none yet.</summary>
    public string? Head() => Resolve("HEAD") is { IsGood: true } answer ? answer.Text : null;

    /// <summary>The commit at which the current branch left another.</summary>
    /// <param name="commit">The other's hash.</param>
    /// <param name="name">What the other is called in messages.</param>
    /// <exception cref="AbsException">ABS4006: they have none in common, or the history is not there.</exception>
    public string MergeBase(string commit, string name)
    {
        var answer = GitProcess.Run(Root, "merge-base", commit, "HEAD");
        return answer.IsGood && answer.Text.Length > 0
            ? answer.Text.Split('\n')[0]
            : throw new AbsException(AbsCodes.GitBaseUnavailable, $"git finds no commit that HEAD and '{Printable.Escape(name)}' have in common; fetch the history (on a build server: fetch-depth 0), or compare with the commit itself: --direct.");
    }

    /// <summary>A commit's files under a folder.</summary>
    /// <param name="commit">The commit's hash.</param>
    /// <param name="folder">The folder's path below the root; empty for all files.</param>
    /// <exception cref="AbsException">ABS4006: git cannot list them.</exception>
    public IReadOnlyList<GitFile> Files(string commit, string folder)
    {
        string[] below = folder.Length == 0 ? [] : ["--", folder];
        return GitFile.ReadAll(Checked(GitProcess.Run(Root, ["ls-tree", "-r", "-z", commit, .. below])).Text);
    }

    /// <summary>A file in a commit; null where the commit does not have it.</summary>
    /// <param name="commit">The commit's hash.</param>
    /// <param name="path">The file's path below the root.</param>
    public GitFile? File(string commit, string path) =>
        GitProcess.Run(Root, "rev-parse", "--verify", "--quiet", "--end-of-options", $"{commit}:{path}") is { IsGood: true } answer ? new(path, answer.Text) : null;

    /// <summary>Opens files' contents.</summary>
    /// <exception cref="AbsException">ABS4006: git cannot be started.</exception>
    public GitContents Open() => new(this);

    /// <summary>The commits of the current branch that changed a file, the latest first.</summary>
    /// <param name="path">The file's path below the root.</param>
    /// <param name="most">The most to list.</param>
    public IReadOnlyList<GitCommit> Log(string path, int most)
    {
        var answer = GitProcess.Run(Root, "--literal-pathspecs", "log", "--no-show-signature", "--no-color", $"--max-count={most.ToString(CultureInfo.InvariantCulture)}", "--format=%H%x00%cs%x00%s%x00", "HEAD", "--", path);
        var fields = Checked(answer).Text.Split('\0');
        return [.. Enumerable.Range(0, fields.Length / GitCommit.Fields).Select(index => index * GitCommit.Fields).Select(first => new GitCommit(fields[first].Trim(), fields[first + 1], fields[first + 2]))];
    }

    /// <summary>Sets one of the repository's own settings.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">Its value; replaces all there are.</param>
    /// <exception cref="AbsException">ABS4006: git refuses.</exception>
    public void Set(string name, string value)
    {
        var answer = GitProcess.Run(Root, "config", "--local", "--replace-all", name, value);
        if (!answer.IsGood)
        {
            throw new AbsException(AbsCodes.GitBaseUnavailable, $"git cannot set {name} ({OneLine(answer.Error)}); check that you may write to the repository's config file.");
        }
    }

    /// <summary>Whether the repository has only the latest part of its history.</summary>
    public bool IsShallow() => GitProcess.Run(Root, "rev-parse", "--is-shallow-repository").Text == "true";

    private static string OneLine(string text) => Printable.Escape(text.Split('\n')[0].Trim());

    private static GitAnswer Checked(GitAnswer answer) => answer.IsGood
        ? answer
        : throw new AbsException(AbsCodes.GitBaseUnavailable, $"git cannot list the commit's files ({OneLine(answer.Error)}); fetch its history first.");

    private GitAnswer Resolve(string name) => GitProcess.Run(Root, "rev-parse", "--verify", "--quiet", "--end-of-options", $"{name}^{{commit}}");
}
