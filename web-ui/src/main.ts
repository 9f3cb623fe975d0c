import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { chosenTheme, showTheme } from './theme/theme.ts';

// Before anything is drawn, so that nothing flashes in the other colours.
showTheme(chosenTheme(), document.documentElement);

const target = document.getElementById('app');
if (target) mount(App, { target });
