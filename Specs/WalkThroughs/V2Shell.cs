using System.Diagnostics;
using ActorEtcd.Specs.TestKit;

namespace ActorEtcd.Specs.WalkThroughs;

/// <summary>Types commands of the guides into a shell, with etcdctl's v2 API.</summary>
internal static class V2Shell
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>What the command prints; it must succeed.</summary>
    /// <param name="member">The member that is asked when the command names none.</param>
    /// <param name="command">As it stands in the guide.</param>
    public static async Task<string> TypeAsync(MemberProcess member, string command)
    {
        EtcdctlResult result = await TryAsync(member, command);
        return result.ExitCode == 0
            ? result.Output.TrimEnd('\n')
            : throw new InvalidOperationException($"$ {command}\nexit {result.ExitCode}\n{result.Output}{result.Errors}");
    }

    public static async Task<EtcdctlResult> TryAsync(MemberProcess member, string command)
    {
        var start = new ProcessStartInfo("/bin/bash")
        {
            ArgumentList = { "-c", command },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["ETCDCTL_API"] = "2";
        start.Environment["ETCDCTL_ENDPOINTS"] = $"http://{member.Endpoint}";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start");
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
}
