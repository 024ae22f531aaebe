using System.Diagnostics;
using System.Text;

namespace ActorEtcd.Specs.TestKit;

/// <summary>Runs the real etcdctl, with its v3 API unless told otherwise.</summary>
public static class Etcdctl
{
    public const string Binary = "/usr/bin/etcdctl";

    private static readonly string[] OfTheMoment =
        ["etcdserver: leader changed", "etcdserver: no leader", "etcdserver: request timed out"];

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(180);

    /// <summary>
    /// By itself etcdctl waits for some seconds, which a busy machine needs now and then. What a spec says itself stands behind
    /// these, and counts.
    /// </summary>
    private static readonly string[] Patience = ["--dial-timeout=60s", "--command-timeout=60s"];
    private static readonly string[] PatienceV2 = ["--timeout", "60s", "--total-timeout", "60s"];

    public static Task<EtcdctlResult> RunAsync(string endpoints, params string[] arguments)
    {
        return RunAsync(endpoints, arguments, input: "", DefaultTimeout);
    }

    /// <summary>
    /// Runs a command again for as long as a cluster refuses it for want of a leader, which a machine that stands still costs
    /// it: not for specs of that, nor for commands that must not be done twice.
    /// </summary>
    public static async Task<EtcdctlResult> UntilTakenAsync(string endpoints, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            EtcdctlResult result = await RunAsync(endpoints, arguments);
            bool isOfTheMoment = result.ExitCode != 0 && Array.Exists(OfTheMoment, text => result.All.Contains(text, StringComparison.Ordinal));
            if (!isOfTheMoment || Stopwatch.GetElapsedTime(start) > DefaultTimeout)
            {
                return result;
            }
        }
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

    /// <summary>Flags, to stand in front of a command, by which it waits for a busy machine.</summary>
    public static IReadOnlyList<string> PatienceOf(string api) => api == "2" ? PatienceV2 : Patience;

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
        foreach (string argument in PatienceOf(api).Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("etcdctl did not start");
    }
}
