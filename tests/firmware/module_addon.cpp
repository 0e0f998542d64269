// SPDX-License-Identifier: GPL-3.0-or-later
//
// The simulated camera module as an add-on of Node, so that an emulated chip can have it on its pins. In
// JavaScript: `createModule(unit)` gives an object with the calls of sim/module_pins.h, times as numbers of
// nanoseconds, and `log()`: all that passed the pins, as PinRecorder writes it.
#include "pin_recorder.h"
#include "simulated_unit.h"

#define NAPI_VERSION 8
#include <node_api.h>

#include <array>
#include <memory>
#include <vector>

namespace framegate::test {
namespace {

/// A call from JavaScript: the module it is made on and its arguments as numbers.
struct Call {
    napi_env env;
    PinRecorder* module = nullptr;
    std::array<double, 3> arguments{};

    Call(napi_env environment, napi_callback_info info) : env(environment) {
        std::array<napi_value, 3> values{};
        std::size_t count = values.size();
        napi_value self = nullptr;
        napi_get_cb_info(env, info, &count, values.data(), &self, nullptr);
        void* native = nullptr;
        if (napi_unwrap(env, self, &native) == napi_ok) module = static_cast<PinRecorder*>(native);
        for (std::size_t i = 0; i < count && i < arguments.size(); ++i)
            number(values[i], arguments[i]);
        if (module == nullptr) napi_throw_type_error(env, nullptr, "not called on a module");
    }
    /// Numbers as they are, true as 1; anything else stays 0.
    void number(napi_value value, double& to) const {
        bool flag = false;
        if (napi_get_value_double(env, value, &to) == napi_ok) return;
        if (napi_get_value_bool(env, value, &flag) == napi_ok) to = flag ? 1 : 0;
    }
    std::uint8_t byte(std::size_t i) const { return static_cast<std::uint8_t>(arguments[i]); }
    sim::TimeNs time(std::size_t i) const { return static_cast<sim::TimeNs>(arguments[i]); }
    napi_value value(std::uint32_t number) const {
        napi_value result = nullptr;
        napi_create_uint32(env, number, &result);
        return result;
    }
    napi_value flag(bool on) const {
        napi_value result = nullptr;
        napi_get_boolean(env, on, &result);
        return result;
    }
};

napi_value power(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (call.module) call.module->power(call.byte(0) != 0, call.time(1));
    return nullptr;
}

napi_value chipSelect(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (call.module) call.module->chipSelect(call.byte(0) != 0, call.time(1));
    return nullptr;
}

napi_value spiExchange(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (!call.module) return nullptr;
    return call.value(
        call.module->spiExchange(call.byte(0), call.time(1), static_cast<std::uint32_t>(call.arguments[2])));
}

napi_value i2cBegin(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (call.module) call.module->i2cBegin(call.time(0));
    return nullptr;
}

napi_value i2cStart(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    return call.module ? call.flag(call.module->i2cStart(call.byte(0), call.time(1))) : nullptr;
}

napi_value i2cWrite(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    return call.module ? call.flag(call.module->i2cWrite(call.byte(0), call.time(1))) : nullptr;
}

napi_value i2cRead(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    return call.module ? call.value(call.module->i2cRead(call.time(0))) : nullptr;
}

napi_value i2cStop(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (call.module) call.module->i2cStop(call.time(0));
    return nullptr;
}

napi_value log(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (!call.module) return nullptr;
    const auto text = call.module->lines();
    napi_value result = nullptr;
    napi_create_string_utf8(env, text.data(), text.size(), &result);
    return result;
}

void forget(napi_env, void* module, void*) {
    delete static_cast<PinRecorder*>(module);
}

std::string text(napi_env env, napi_value value) {
    std::array<char, 64> characters{};
    std::size_t length = 0;
    napi_get_value_string_utf8(env, value, characters.data(), characters.size(), &length);
    return {characters.data(), length};
}

napi_value createModule(napi_env env, napi_callback_info info) {
    std::size_t count = 3;
    std::array<napi_value, 3> given{};
    napi_get_cb_info(env, info, &count, given.data(), nullptr, nullptr);
    ModuleSpec spec(1);
    if (count >= 1) napi_get_value_uint32(env, given[0], &spec.unit);
    if (count == 3) spec = {spec.unit, text(env, given[1]), text(env, given[2])};
    const auto method = [](const char* name, napi_callback callback) {
        return napi_property_descriptor{name,    nullptr, callback,     nullptr,
                                        nullptr, nullptr, napi_default, nullptr};
    };
    const std::vector<napi_property_descriptor> methods{
        method("power", power),       method("chipSelect", chipSelect), method("spiExchange", spiExchange),
        method("i2cBegin", i2cBegin), method("i2cStart", i2cStart),     method("i2cWrite", i2cWrite),
        method("i2cRead", i2cRead),   method("i2cStop", i2cStop),       method("log", log)};
    napi_value object = nullptr;
    napi_create_object(env, &object);
    napi_define_properties(env, object, methods.size(), methods.data());
    auto module = std::make_unique<PinRecorder>(simulatedUnit(spec));
    if (napi_wrap(env, object, module.get(), forget, nullptr, nullptr) == napi_ok) module.release();
    return object;
}

napi_value start(napi_env env, napi_value exports) {
    napi_value function = nullptr;
    napi_create_function(env, "createModule", NAPI_AUTO_LENGTH, createModule, nullptr, &function);
    napi_set_named_property(env, exports, "createModule", function);
    return exports;
}

} // namespace
} // namespace framegate::test

extern "C" NAPI_MODULE_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports) {
    return framegate::test::start(env, exports);
}
