using System.Diagnostics;
using System.Text;

namespace ActorEtcd.Specs.TestKit;

/// <summary>Runs the real etcdctl, with its v3 API unless told otherwise.</summary>
public static class Etcdctl
{
    public const string Binary = "/usr/bin/etcdctl";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    public static Task<EtcdctlResult> RunAsync(string endpoints, params string[] arguments)
    {
        return RunAsync(endpoints, arguments, input: "", DefaultTimeout);
    }

    public static async Task<EtcdctlResult> RunAsync(
        string endpoints, IReadOnlyList<string> arguments, string input, TimeSpan timeout, string api = "3")
    {
        using Process process = Start(endpoints, arguments, api);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var cancel = new CancellationTokenSource(timeout);
        try
        {
            await process.WaitForExitAsync(cancel.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            string said = await output + await errors;
            throw new TimeoutException(
                $"etcdctl {string.Join(' ', arguments)} still ran after {timeout}; it said: {said}");
        }

        return new EtcdctlResult(process.ExitCode, await output, await errors);
    }

    /// <summary>A command that goes on, such as watch; the caller reads its output and kills it.</summary>
    public static Process Start(string endpoints, IReadOnlyList<string> arguments, string api = "3")
    {
        if (!File.Exists(Binary))
        {
            throw new FileNotFoundException("this spec needs Debian's etcd-client; ./test.sh installs it", Binary);
        }

        var start = new ProcessStartInfo(Binary)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,

            // Every byte is one character, since some output formats are not text.
            StandardOutputEncoding = Encoding.Latin1,
            UseShellExecute = false,
        };
        start.Environment["ETCDCTL_API"] = api;
        start.ArgumentList.Add("--endpoints=" + endpoints);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("etcdctl did not start");
    }
}
