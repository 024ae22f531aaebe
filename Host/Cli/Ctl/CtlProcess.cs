using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace ActorEtcd.Host.Cli.Ctl;

/// <summary>The tool as a process: its name, its streams and its signals.</summary>
public static class CtlProcess
{
    private const string CommandLineFile = "/proc/self/cmdline";

    // For the life of the process.
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>
    /// The name that the program was called by. A link keeps its own name there, which the runtime does not tell.
    /// </summary>
    public static string CalledAs()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "";
        }

        byte[] line = File.ReadAllBytes(CommandLineFile);
        int end = line.AsSpan().IndexOf((byte)0);
        return Path.GetFileName(Encoding.UTF8.GetString(line, 0, end < 0 ? line.Length : end));
    }

    /// <summary>Runs the tool with the arguments behind its name.</summary>
    public static Task<int> RunAsync(string[] arguments, string programName)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return CtlTool.RunAsync(arguments, new CtlConsole
        {
            In = Console.OpenStandardInput(),
            Out = new CtlWriter(Console.OpenStandardOutput()),
            Error = new CtlWriter(Console.OpenStandardError()),
            Environment = environment,
            ProgramName = programName,
            IsProcess = true,
            ErrorIsTerminal = static () => !Console.IsErrorRedirected,
            Interruption = Interruption,
            ReadHidden = Console.IsInputRedirected ? null : ReadHidden,
        });
    }

    private static CancellationToken Interruption()
    {
        var source = new CancellationTokenSource();
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            // A second signal ends the process the hard way.
            Registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = !source.IsCancellationRequested;
                source.Cancel();
            }));
        }

        return source.Token;
    }

    private static string ReadHidden()
    {
        var password = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                password.Length = Math.Max(0, password.Length - 1);
            }
            else
            {
                password.Append(key.KeyChar);
            }
        }

        return password.ToString();
    }
}
