using ActorEtcd.Specs.TestKit;
using Akka.Pattern;
using Akka.TestKit;
using Akka.TestKit.Configs;
using Xunit;

namespace ActorEtcd.Specs.Akka.Pattern;

public class CircuitBreakerSpec : PatientTestKit
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ResetTimeout = TimeSpan.FromSeconds(30);

    private readonly CircuitBreaker _breaker;

    public CircuitBreakerSpec()
        : base(TestConfigs.TestSchedulerConfig)
    {
        _breaker = new CircuitBreaker(Sys.Scheduler, 2, CallTimeout, ResetTimeout);
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task Closed_breaker_returns_what_the_call_returns()
    {
        Assert.Equal(5, await _breaker.WithCircuitBreaker(() => Task.FromResult(5)));
        Assert.Equal(6, await _breaker.WithCircuitBreaker(5, i => Task.FromResult(i + 1)));
        Assert.True(_breaker.IsClosed);
    }

    [Fact]
    public async Task Closed_breaker_opens_after_as_many_failures_in_a_row_as_allowed()
    {
        await Fail();
        Assert.True(_breaker.IsClosed);
        await _breaker.WithCircuitBreaker(() => Task.CompletedTask);
        await Fail();
        Assert.True(_breaker.IsClosed);
        await Fail();
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public async Task Open_breaker_refuses_calls_without_making_them()
    {
        await Open();
        var called = false;
        await Assert.ThrowsAsync<OpenCircuitException>(() => _breaker.WithCircuitBreaker(() =>
        {
            called = true;
            return Task.CompletedTask;
        }));
        Assert.False(called);
    }

    [Fact]
    public async Task Success_after_the_reset_timeout_closes_the_breaker()
    {
        await Open();
        Scheduler.Advance(ResetTimeout);
        Assert.True(_breaker.IsHalfOpen);
        await _breaker.WithCircuitBreaker(() => Task.CompletedTask);
        Assert.True(_breaker.IsClosed);
    }

    [Fact]
    public async Task Failure_after_the_reset_timeout_opens_the_breaker_again()
    {
        await Open();
        Scheduler.Advance(ResetTimeout);
        await Fail();
        Assert.True(_breaker.IsOpen);
    }

    [Fact]
    public async Task Call_that_takes_too_long_fails()
    {
        var breaker = new CircuitBreaker(Sys.Scheduler, 1, TimeSpan.FromMilliseconds(20), ResetTimeout);
        await Assert.ThrowsAsync<TimeoutException>(
            () => breaker.WithCircuitBreaker(() => new TaskCompletionSource().Task));
        Assert.True(breaker.IsOpen);
    }

    private Task Fail() => Assert.ThrowsAsync<IOException>(
        () => _breaker.WithCircuitBreaker(() => Task.FromException(new IOException("broken"))));

    private async Task Open()
    {
        await Fail();
        await Fail();
        Assert.True(_breaker.IsOpen);
    }
}
