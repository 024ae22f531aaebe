using System.Diagnostics;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>Types commands of the guides into a shell.</summary>
/// <param name="directory">Where it stands.</param>
/// <param name="environment">What was exported before.</param>
internal sealed class GuideShell(string directory, params (string Name, string Value)[] environment)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(180);

    /// <summary>What the command prints; it must succeed.</summary>
    public async Task<string> TypeAsync(string command)
    {
        EtcdctlResult result = await TryAsync(command);
        return result.ExitCode == 0
            ? result.Output.TrimEnd('\n')
            : throw new InvalidOperationException($"$ {command}\nexit {result.ExitCode}\n{result.Output}{result.Errors}");
    }

    /// <summary>Types it until it prints this in the end: a cluster is not healthy in the moment in which its leader changes.</summary>
    public Task TypeUntilAsync(string command, string end) => Poll.UntilAsync($"\"{end}\" of {command}", Timeout, async () =>
    {
        string printed = await TypeAsync(command);
        return printed.EndsWith(end, StringComparison.Ordinal) ? true : throw new InvalidOperationException(printed);
    });

    public async Task<EtcdctlResult> TryAsync(string command)
    {
        using Process process = Start(command);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var cancel = new CancellationTokenSource(Timeout);
        try
        {
            await process.WaitForExitAsync(cancel.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"waited {Timeout.TotalSeconds} s for: {command}\n{await output}{await errors}");
        }

        return new EtcdctlResult(process.ExitCode, await output, await errors);
    }

    /// <summary>A command that goes on; the caller reads its output and kills it.</summary>
    public Process Start(string command)
    {
        // On a busy machine as elsewhere in these specs; what the command says itself stands behind it, and counts.
        string api = environment.FirstOrDefault(static variable => variable.Name == "ETCDCTL_API").Value ?? "3";
        string patient = $"etcdctl() {{ command etcdctl {string.Join(' ', Etcdctl.PatienceOf(api))} \"$@\"; }}";
        var start = new ProcessStartInfo("/bin/bash")
        {
            ArgumentList = { "-c", $"{patient}\n{command}" },
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("bash did not start");
    }
}
