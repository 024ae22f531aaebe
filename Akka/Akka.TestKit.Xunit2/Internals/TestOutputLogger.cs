using Akka.Actor;
using Akka.Event;
using Xunit.Abstractions;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>A logger that writes to the output of a test, and is quiet once the test is over.</summary>
public class TestOutputLogger : ReceiveActor
{
    private readonly ITestOutputHelper _output;

    public TestOutputLogger(ITestOutputHelper output)
    {
        _output = output;
        Receive<LogEvent>(Write);
        Receive<InitializeLogger>(OnInitialize);
    }

    private void OnInitialize(InitializeLogger initialize)
    {
        foreach (var type in new[] { typeof(Debug), typeof(Info), typeof(Warning), typeof(Error) })
        {
            initialize.LoggingBus.Subscribe(Self, type);
        }

        Sender.Tell(new LoggerInitialized());
    }

    private void Write(LogEvent logEvent)
    {
        try
        {
            _output.WriteLine("{0}", logEvent.ToString());
        }
        catch (InvalidOperationException)
        {
            // xunit refuses output of a test that has ended.
        }
    }
}
