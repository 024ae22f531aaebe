using System.Diagnostics;
using ActorEtcd.Specs.TestKit;
using Xunit;

namespace ActorEtcd.Specs.Host.Cli;

/// <summary>The completion scripts in the shells that they are for, as far as those are installed.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ShellCompletionSpec : IDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    private readonly TempDir _dir = new();

    public ShellCompletionSpec()
    {
        foreach (string name in (string[])["etcdctl", "etcdutl", "actor-etcd"])
        {
            File.CreateSymbolicLink(Path.Combine(_dir.Path, name), Program);
        }
    }

    private static string Program => SpecEnvironment.ActorEtcdBinary ?? Path.Combine(AppContext.BaseDirectory, "actor-etcd");

    // Bash's own way of splitting words, which has the equals sign apart.
    [ShellTheory("bash")]
    [InlineData("etcdctl", "en", "endpoint")]
    [InlineData("etcdctl", "endpoint st", "status")]
    [InlineData("etcdctl", "--user me member ", "add list promote remove update")]
    [InlineData("etcdctl", "get --write-out = js", "json")]
    [InlineData("etcdctl", "get -w =", "fields json protobuf simple table")]
    [InlineData("etcdutl", "snapshot ", "restore status")]
    [InlineData("etcdutl", "snapshot restore --initial-c", "--initial-cluster --initial-cluster-token")]
    [InlineData("actor-etcd", "--initial-cluster-s", "--initial-cluster-state")]
    [InlineData("actor-etcd", "--initial-cluster-state ", "existing new")]
    [InlineData("actor-etcd", "ctl lease gr", "grant")]
    [InlineData("actor-etcd", "utl mig", "migrate")]
    [InlineData("actor-etcd", "grpc-proxy start --advertise", "--advertise-client-url")]
    [InlineData("actor-etcd", "bench put --conn", "--conns")]
    public async Task Bash_offers(string program, string words, string offered)
    {
        string script = $$"""
            source <({{program}} completion bash)
            COMP_WORDS=({{program}} {{string.Join(' ', words.Split(' ').Select(static word => $"'{word}'"))}})
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _{{program.Replace('-', '_')}}_complete
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal(offered, await RunAsync("bash", "-c", script));
    }

    [ShellTheory("bash")]
    [InlineData("", "auth backup cluster-health exec-watch get ls member mk mkdir rm rmdir role set setdir update updatedir user watch")]
    [InlineData("rm --rec", "--recursive")]
    public async Task Bash_offers_the_commands_of_the_v2_api(string words, string offered)
        => Assert.Equal(offered, await RunAsync("bash", "-c", $"ETCDCTL_API=2 etcdctl __complete {(words.Length == 0 ? "''" : words)} | cut -f1"));

    [ShellTheory("zsh")]
    [InlineData("etcdctl", "endpoint st", "status")]
    [InlineData("etcdctl", "get --write-out=js", "--write-out=json")]
    [InlineData("actor-etcd", "utl snapshot re", "restore")]
    public async Task Zsh_offers(string program, string words, string offered)
    {
        string script = $$"""
            compdef() { completer=$1 }
            _describe() { print -rl -- "${(@)${(@P)2}%%:*}" }
            source <({{program}} completion zsh)
            words=({{program}} {{words}}); CURRENT=$#words
            $completer
            """;
        Assert.Equal(offered, await RunAsync("zsh", "-fc", script));
    }

    [ShellTheory("fish")]
    [InlineData("etcdctl", "etcdctl endpoint st", "status")]
    [InlineData("etcdctl", "etcdctl get -w js", "json")]
    [InlineData("actor-etcd", "actor-etcd utl snapshot re", "restore")]
    public async Task Fish_offers(string program, string line, string offered)
        => Assert.Equal(offered, await RunAsync("fish", "--no-config", "-c", $"{program} completion fish | source; complete -C '{line}' | cut -f1"));

    public void Dispose() => _dir.Dispose();

    private async Task<string> RunAsync(string shell, params string[] arguments)
    {
        var start = new ProcessStartInfo(shell, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _dir.Path };
        start.Environment["PATH"] = $"{_dir.Path}:{start.Environment["PATH"]}";
        start.Environment["HOME"] = _dir.Path;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Within);
        await process.WaitForExitAsync().WaitAsync(Within);
        Assert.True(await errors is "", await errors);
        return string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    /// <summary>Needs the shell, and the executable beside its library.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ShellTheoryAttribute : TheoryAttribute
    {
        public ShellTheoryAttribute(string shell)
        {
            bool isThere = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, shell)));
            Skip = !isThere ? $"there is no {shell}" : !File.Exists(Program) ? $"there is no {Program}" : null;
        }
    }
}
